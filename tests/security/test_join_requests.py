"""Asking to be let into a room: it tells nothing to who asks, and owners decide."""

import inspect
from typing import Any

import httpx
import pytest

from models import AuditEntry, JoinRequest
from services.join_requests import JoinRequests
from tests.support.factories import MakePerson
from tests.support.frames import check
from tests.support.person import Person
from tests.support.server import Server
from tests.support.tables import opened
from tests.support.talk import Talk, talk
from tests.support.waiting import eventually


@pytest.fixture
async def two(person: MakePerson, each_server: Server) -> Talk:
    """Alice, who owns a room, and bob, on each kind of database."""
    return await talk(person, on=each_server)


async def ask(somebody: Person, room: int, note: str = "") -> httpx.Response:
    """POST a request."""
    return await somebody.http.post(f"/api/rooms/{room}/requests", json={"note": note})


async def requests(owner: Person, room: int) -> list[dict[str, Any]]:
    """GET the requests."""
    answer = await owner.http.get(f"/api/rooms/{room}/requests")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["requests"])


async def asked(owner: Person, room: int, *notes: str) -> None:
    """Wait until these are the notes of all requests."""

    async def are_there() -> bool:
        return [each["note"] for each in await requests(owner, room)] == list(notes)

    await eventually(are_there, f"requests {notes}")


async def answered(owner: Person, method: str, room: int, user_id: int) -> tuple[int, str]:
    """Accept or decline; return the status, and the code of an error."""
    path = f"/api/rooms/{room}/requests/{user_id}"
    answer = await owner.http.request(method, path)
    return answer.status_code, answer.json()["code"] if answer.content else ""


async def test_who_asks_is_let_in(two: Talk, person: MakePerson) -> None:
    alice, bob, room = two.alice, two.bob, two.room
    carol = await person("carol", on=alice.server)
    assert (await bob.http.get(f"/api/rooms/{room}/requests")).json()["code"] == "not_owner"
    for note in ("It is me", "  Carol,  from the garden "):
        assert (await ask(carol, room, note)).status_code == 202
    await asked(alice, room, "Carol, from the garden")
    assert (
        "1 person asks" in (await alice.http.get("/rooms/", headers={"Accept-Language": "en"})).text
    )
    assert (await alice.room(room))["request_count"] == 1
    assert "request_count" not in await bob.room(room)
    lobby = await carol.lobby()
    assert await answered(bob, "POST", room, carol.id) == (403, "not_owner")
    assert await answered(alice, "POST", room, bob.id) == (404, "not_found")
    assert await answered(alice, "POST", room, carol.id) == (204, "")
    assert (await lobby.expect("room_joined"))["room"]["id"] == room
    joined = check(await two.a.expect("member_joined"))
    assert (joined["member"]["id"], joined["by"]) == (carol.id, alice.id)
    assert await requests(alice, room) == []
    assert (await alice.room(room))["request_count"] == 0
    assert await answered(alice, "POST", room, carol.id) == (404, "not_found")
    async with opened(two.alice.server.database_url):
        assert not await JoinRequest.filter(room_id=room).exists()
        entries = await AuditEntry.filter(room_id=room, action="join_request_accepted").values_list(
            "actor_id", "user_id", "room_id"
        )
    assert list(entries) == [(alice.id, carol.id, room)]


async def test_asking_tells_nothing_of_the_room(two: Talk, person: MakePerson) -> None:
    carol = await person("carol", on=two.alice.server)
    numbers = (two.room, two.room + 99, 0, 2**63)
    pages = [await carol.http.get(f"/rooms/{number}/") for number in numbers]
    texts = [
        page.text.replace(f"/rooms/{number}/", "/rooms/0/")
        for page, number in zip(pages, numbers, strict=True)
    ]
    assert {page.status_code for page in pages} == {403}
    assert len(set(texts)) == 1
    assert "Kitchen" not in texts[0]
    answers = [await ask(carol, number) for number in numbers]
    assert {(each.status_code, each.content) for each in answers} == {(202, b"")}
    forms = [
        await carol.http.post(f"/rooms/{number}/ask", data={"note": "x"}) for number in numbers
    ]
    assert {each.status_code for each in forms} == {303}
    for number, form in zip(numbers, forms, strict=True):
        assert form.headers["location"] == f"/rooms/{number}/?asked=1"
    after = [await carol.http.get(form.headers["location"]) for form in forms]
    assert len({each.text for each in after}) == 1
    assert {each.status_code for each in after} == {403}
    assert (await ask(carol, two.room, "x" * 201)).json()["code"] == "bad_field"
    # Answered before anything is looked up.
    assert not inspect.iscoroutinefunction(JoinRequests.ask)


async def test_requests_that_reach_nobody(two: Talk, person: MakePerson) -> None:
    alice, bob, room = two.alice, two.bob, two.room
    node = alice.server
    carol, dave, eve = [await person(name, on=node) for name in ("carol", "dave", "eve")]
    await ask(carol, room, "declined")
    await asked(alice, room, "declined")
    assert await answered(alice, "DELETE", room, carol.id) == (204, "")
    assert await answered(alice, "DELETE", room, carol.id) == (404, "not_found")
    await alice.add_member(room, dave)
    await alice.http.put(f"/api/rooms/{room}/bans/{dave.id}", json={})
    await alice.http.put(f"/api/blocks/{eve.id}")
    direct = await alice.direct(bob)
    for somebody in (carol, dave, eve, bob):
        assert (await ask(somebody, room, "hidden")).status_code == 202
    assert (await ask(carol, direct, "hidden")).status_code == 202
    frank = await person("frank", on=node)
    await ask(frank, room, "last")
    await asked(alice, room, "last")
    async with opened(two.alice.server.database_url):
        in_rooms = JoinRequest.filter(room_id__in=(room, direct))
        kept = [each.note for each in await in_rooms.order_by("id")]
        entries = await AuditEntry.filter(room_id=room, action="join_request_declined").values_list(
            "actor_id", "user_id", "room_id"
        )
    assert kept == ["declined", "last"]
    assert list(entries) == [(alice.id, carol.id, room)]


async def test_request_ends_with_a_ban_and_by_any_door(two: Talk, person: MakePerson) -> None:
    alice, room = two.alice, two.room
    carol, dave = [await person(name, on=alice.server) for name in ("carol", "dave")]
    await alice.add_member(room, dave)
    await dave.http.delete(f"/api/rooms/{room}/members/{dave.id}")
    await ask(dave, room, "back")
    await asked(alice, room, "back")
    await ask(carol, room, "new")
    await asked(alice, room, "back", "new")
    await alice.http.put(f"/api/rooms/{room}/bans/{dave.id}", json={})
    await asked(alice, room, "new")
    await alice.add_member(room, carol)
    assert await requests(alice, room) == []
