"""Invitations by the API, and what people try who have none: guessed, reused, expired, revoked,
somebody else's, from another site, out of a log.
"""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.databases import SqliteDatabases
from tests.support.nodes import running
from tests.support.person import PASSWORD, Person, unique
from tests.support.server import Server

CREATED, OK, NOTHING = httpx.codes.CREATED, httpx.codes.OK, httpx.codes.NO_CONTENT
GUESSED = "A" * 43


@pytest.fixture(scope="module")
async def invited_only(folder: Path, sqlite: SqliteDatabases) -> AsyncIterator[Server]:
    """A server to which nobody comes unasked, whose first person is called root."""
    async with running(folder, DATABASE_URL=sqlite.fresh(), REGISTRATION="invite") as server:
        async with Person(server) as first:
            await first.register("root")
        yield server


@pytest.fixture
async def root(invited_only: Server) -> AsyncIterator[Person]:
    """The administrator."""
    async with Person(invited_only) as person:
        await person.login("root")
        yield person


async def made(person: Person, **asked: Any) -> dict[str, Any]:
    """POST /api/invites."""
    answer = await person.http.post("/api/invites", json=asked)
    assert answer.status_code == CREATED, answer.text
    return dict(answer.json())


async def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"] if answer.content else ""


async def newcomer(root: Person, token: str, name: str = "new") -> Person:
    """Make an account by a link, and log in."""
    person = Person(root.server)
    body = {"username": unique(name), "password": PASSWORD, "invite": token}
    answer = await person.http.post("/api/users", json=body)
    assert answer.status_code == CREATED, answer.text
    await person.login(body["username"])
    return person


async def accept(person: Person, token: str) -> httpx.Response:
    return await person.http.post("/api/invites/accept", json={"token": token})


async def test_a_new_account_comes_into_the_room(root: Person) -> None:
    room = await root.create_room(name="Kitchen")
    chat = await root.connect(room)
    link = await made(root, room_id=room)
    assert link["url"] == f"{root.server.url}/invite/{link['token']}"
    assert (link["uses_max"], link["uses"], link["state"]) == (1, 0, "good")
    async with Person(root.server) as guest:
        looked = await guest.http.post("/api/invites/look", json={"token": link["token"]})
        offer = looked.json()
        assert offer["invited_by"]["username"] == "root"
        about = (offer["room_name"], offer["site_name"], offer["can_register"])
        assert about == ("Kitchen", "Beseda", True)
    async with await newcomer(root, link["token"]) as guest:
        frame = await chat.expect("member_joined")
        assert (frame["member"]["id"], frame["by"]) == (guest.id, root.id)
        assert [each["id"] for each in await guest.rooms()] == [room]
        (listed,) = (await root.http.get("/api/invites", params={"room_id": room})).json()[
            "invites"
        ]
        assert (listed["state"], listed["uses"]) == ("used_up", 1)
        assert [each["id"] for each in listed["people"]] == [guest.id]
        assert not {"token", "url"} & listed.keys(), "shown once"


async def test_who_has_an_account_accepts(root: Person) -> None:
    room = await root.create_room()
    to_server = await made(root, uses=None)
    async with await newcomer(root, to_server["token"]) as boris:
        assert (await accept(boris, to_server["token"])).json() == {"room_id": None}
        link = await made(root, room_id=room, uses=2, seconds=60)
        for _ in range(2):
            assert (await accept(boris, link["token"])).json() == {"room_id": room}
        (listed,) = (await root.http.get(f"/api/invites?room_id={room}")).json()["invites"]
        assert listed["uses"] == 1, "the second time nobody came"
        members = (await boris.room(room))["members"]
        assert {each["id"] for each in members} == {root.id, boris.id}


async def test_bad_tokens_let_nobody_in(root: Person) -> None:
    room = await root.create_room()
    link = await made(root, room_id=room, uses=1)
    async with await newcomer(root, link["token"]) as boris, Person(root.server) as guest:
        other = await root.create_room()
        revoked = await made(root, room_id=other, uses=None)
        assert (await root.http.delete(f"/api/invites/{revoked['id']}")).status_code == NOTHING
        gone = httpx.codes.GONE
        assert await refusal(await accept(boris, revoked["token"])) == (gone, "invite_revoked")
        for token, expected in (
            (GUESSED, (404, "not_found")),
            ("", (404, "not_found")),
            (link["token"], (gone, "invite_used_up")),
            (revoked["token"], (gone, "invite_revoked")),
        ):
            body = {"username": unique("x"), "password": PASSWORD, "invite": token}
            assert await refusal(await guest.http.post("/api/users", json=body)) == expected
            looked = await guest.http.post("/api/invites/look", json={"token": token})
            assert await refusal(looked) == expected
            page = await guest.http.get(f"/invite/{token or GUESSED}")
            assert page.status_code == expected[0]
        body = {"username": unique("x"), "password": PASSWORD}
        refused = await guest.http.post("/api/users", json=body)
        assert await refusal(refused) == (403, "invite_required")


async def test_owners_bring_in_people_who_have_an_account(root: Person) -> None:
    """To a server to which nobody comes unasked they bring nobody new."""
    to_server = await made(root, uses=2)
    anna, boris = [await newcomer(root, to_server["token"], name) for name in ("anna", "boris")]
    async with anna, boris, Person(root.server) as guest:
        room = await anna.create_room()
        link = await made(anna, room_id=room, uses=None)
        looked = await guest.http.post("/api/invites/look", json={"token": link["token"]})
        assert looked.json()["can_register"] is False
        body = {"username": unique("x"), "password": PASSWORD, "invite": link["token"]}
        refused = await guest.http.post("/api/users", json=body)
        assert await refusal(refused) == (403, "invite_required")
        page = await guest.http.post(f"/invite/{link['token']}", data=body)
        assert page.status_code == httpx.codes.FORBIDDEN
        # Somebody else's room.
        for path in ("/api/invites", f"/api/invites?room_id={room}"):
            mine = await boris.http.get(path)
            assert mine.json().get("code", "none") == ("not_a_member" if "?" in path else "none")
        assert (await boris.http.get("/api/invites")).json() == {"invites": []}
        asked = await boris.http.post("/api/invites", json={"room_id": room})
        assert await refusal(asked) == (403, "not_a_member")
        assert await refusal(await boris.http.post("/api/invites", json={})) == (403, "not_admin")
        by_another = await boris.http.delete(f"/api/invites/{link['id']}")
        assert await refusal(by_another) == (404, "not_found")
        assert (await accept(boris, link["token"])).json() == {"room_id": room}
        as_member = await boris.http.delete(f"/api/invites/{link['id']}")
        assert await refusal(as_member) == (404, "not_found")
        assert (await anna.http.delete(f"/api/invites/{link['id']}")).status_code == NOTHING


async def test_pages_of_the_server_s_links(root: Person) -> None:
    page = await root.http.post("/invites/", data={"uses": "", "seconds": ""})
    assert page.status_code == OK, page.text
    (address,) = set(re.findall(r'value="(http[^"]+/invite/[^"]+)"', page.text))
    assert address not in (await root.http.get("/invites/")).text, "shown once"
    assert 'href="/invites/"' in (await root.http.get("/rooms/")).text
    async with Person(root.server) as guest:
        assert "<bdi>root</bdi>" in (await guest.http.get(address)).text
        name = unique("boris")
        answer = await guest.http.post(address, data={"username": name, "password": PASSWORD})
        assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
        assert (await guest.http.get(address)).headers["location"] == "/rooms/"
        assert 'href="/invites/"' not in (await guest.http.get("/rooms/")).text
        assert (await guest.http.get("/invites/")).status_code == httpx.codes.FORBIDDEN
    links = (await root.http.get("/api/invites")).json()["invites"]
    assert [each["username"] for each in links[0]["people"]] == [name]
    await root.http.post(f"/invites/{links[0]['id']}/revoke")
    assert (await root.http.get(address)).headers["location"] == "/rooms/"


async def test_what_is_asked_for_is_checked(root: Person) -> None:
    room = await root.create_room()
    async with await newcomer(root, (await made(root))["token"]) as boris:
        direct = await root.direct(boris)
        asked = await root.http.post("/api/invites", json={"room_id": direct})
        assert await refusal(asked) == (403, "forbidden")
    uses: list[Any] = [0, -1, 1001, 2**70, "2", 1.5]
    seconds: list[Any] = [0, -5, 59, 90 * 86_400 + 1, 2**70]
    for wrong in [{"uses": each} for each in uses] + [{"seconds": each} for each in seconds]:
        answer = await root.http.post("/api/invites", json={"room_id": room, **wrong})
        assert await refusal(answer) == (422, "bad_field"), wrong
    everlasting = await made(root, room_id=room, uses=1000, seconds=None)
    assert everlasting["expires_at"] is None


async def test_another_site_uses_no_link_of_a_visitor(root: Person) -> None:
    room = await root.create_room()
    async with await newcomer(root, (await made(root))["token"]) as boris:
        link = await made(root, room_id=room, uses=None)
        elsewhere = {"Origin": "https://evil.example"}
        for path, body in (
            (f"/invite/{link['token']}", {}),
            ("/api/invites/accept", {"json": {"token": link["token"]}}),
        ):
            answer = await boris.http.post(path, headers=elsewhere, **body)  # type: ignore[arg-type]
            assert answer.status_code == httpx.codes.FORBIDDEN
        for path in (f"/rooms/{room}/invites/", "/invites/", "/api/invites"):
            answer = await root.http.post(path, headers=elsewhere)
            assert answer.status_code == httpx.codes.FORBIDDEN
        assert await boris.rooms() == []
        # Looking at the page changes nothing either.
        assert (await boris.http.get(f"/invite/{link['token']}")).status_code == OK
        assert await boris.rooms() == []
        answer = await boris.http.post(f"/invite/{link['token']}")
        assert answer.headers["location"] == f"/rooms/{room}/"
        again = await boris.http.get(f"/invite/{link['token']}")
        assert again.headers["location"] == f"/rooms/{room}/"


async def test_no_token_gets_about(root: Person) -> None:
    link = await made(root)
    async with Person(root.server) as guest:
        for path in (
            f"/invite/{link['token']}",
            f"/invite/{GUESSED}",
            f"/login?next=/invite/{link['token']}",
            f"/login?next=%2Finvite%2F{link['token']}",
        ):
            answer = await guest.http.get(path)
            assert answer.headers["referrer-policy"] == "strict-origin", path
            assert answer.headers["x-robots-tag"] == "noindex"
            assert answer.headers["cache-control"] == "no-store"
        assert (await guest.http.get("/login")).headers["referrer-policy"] == "same-origin"
    async with await newcomer(root, link["token"]):
        pass
    log = root.server.log()
    assert '"invite_made"' in log
    assert f'"link":{link["id"]}' in log
    assert link["token"] not in log


async def test_guessing_is_limited(limited: Server) -> None:
    async with httpx.AsyncClient(base_url=limited.url, trust_env=False) as guesser:
        statuses = []
        for number in range(60):
            token = f"{number:043}"
            if number % 2:
                answer = await guesser.get(f"/invite/{token}")
            else:
                answer = await guesser.post("/api/invites/look", json={"token": token})
            statuses.append(answer.status_code)
    assert set(statuses) == {404, 429}
    assert statuses[:30] == [404] * 30


async def test_closed_is_closed(folder: Path, sqlite: SqliteDatabases) -> None:
    database = sqlite.fresh()
    async with running(folder, DATABASE_URL=database) as server, Person(server) as first:
        await first.register("root")
        await first.login()
        link = await made(first)
    closed = running(folder, DATABASE_URL=database, REGISTRATION="closed")
    async with closed as server, Person(server) as guest:
        body = {"username": "boris", "password": PASSWORD, "invite": link["token"]}
        refused = await guest.http.post("/api/users", json=body)
        assert await refusal(refused) == (403, "registration_closed")
