"""Public rooms: found and joined by everybody, as far as nothing forbids it; private ones are as
if they did not exist.
"""

from typing import Any

import httpx
import pytest

from models import AuditEntry
from tests.support.factories import MakePerson, StartServer
from tests.support.frames import check
from tests.support.person import Person
from tests.support.tables import opened
from tests.support.talk import Talk, talk

NO_MEMBER = (403, "not_a_member")


@pytest.fixture
async def two(person: MakePerson, server: StartServer, database_url: str) -> Talk:
    """Alice, who owns a room, and bob, on each kind of database."""
    return await talk(
        person,
        on=await server(DATABASE_URL=database_url, MAX_MEMBERS_PER_ROOM="3", RATE_LIMITS="off"),
    )


async def change(owner: Person, room: int, **fields: object) -> httpx.Response:
    """PATCH the room."""
    return await owner.http.patch(f"/api/rooms/{room}", json=fields)


async def directory(somebody: Person, **query: Any) -> dict[int, dict[str, Any]]:
    """The public rooms that somebody finds, by id."""
    answer = await somebody.http.get("/api/rooms/public", params=query)
    assert answer.status_code == 200, answer.text
    return {each["id"]: each for each in answer.json()["rooms"]}


async def join(somebody: Person, room: int) -> tuple[int, str]:
    """POST; return the status, and the code of an error."""
    answer = await somebody.http.post(f"/api/rooms/{room}/join")
    return answer.status_code, answer.json().get("code", "")


async def test_public_room_is_found_and_joined(
    two: Talk, person: MakePerson, database_url: str
) -> None:
    alice, bob, room = two.alice, two.bob, two.room
    carol = await person("carol", on=alice.server)
    assert await directory(carol) == {}
    assert await join(carol, room) == await join(carol, room + 99) == NO_MEMBER
    assert (await change(bob, room, visibility="public")).json()["code"] == "not_owner"
    made = (await change(alice, room, visibility="public", topic="  All about  soup ")).json()
    assert (made["visibility"], made["topic"]) == ("public", "All about soup")
    found = (await directory(carol))[room]
    assert found == {
        "id": room,
        "name": "Kitchen",
        "topic": "All about soup",
        "member_count": 2,
        "is_member": False,
    }
    assert room in await directory(carol, q="sou")
    assert room in await directory(carol, q="kitch")
    assert await directory(carol, q="oup") == await directory(carol, q="%") == {}
    lobby = await carol.lobby()
    assert [await join(carol, room) for _ in range(2)] == [(200, "")] * 2
    await lobby.expect("room_joined")
    joined = check(await two.a.expect("member_joined"))
    assert joined["member"]["id"] == carol.id
    assert (await directory(carol))[room]["is_member"]
    dave = await person("dave", on=alice.server)
    assert await join(dave, room) == (422, "too_many_members")
    async with opened(database_url):
        entries = await AuditEntry.filter(room_id=room).values_list("action", "actor_id")
    assert list(entries) == [("room_made_public", alice.id)]


async def test_who_is_kept_out_does_not_join(two: Talk) -> None:
    alice, bob, room = two.alice, two.bob, two.room
    await change(alice, room, visibility="public")
    await bob.http.delete(f"/api/rooms/{room}/members/{bob.id}")
    assert await join(bob, room) == (200, "")  # Whoever has left comes back.
    await alice.remove_member(room, bob.id)
    assert await join(bob, room) == (403, "removed_by_owner")
    await alice.http.put(f"/api/rooms/{room}/bans/{bob.id}", json={"reason": "noise"})
    assert await join(bob, room) == (403, "room_banned")
    await change(alice, room, visibility="private")
    assert await directory(bob) == {}
    await alice.http.delete(f"/api/rooms/{room}/bans/{bob.id}")
    assert await join(bob, room) == NO_MEMBER


async def test_room_is_made_public_by_the_form(two: Talk, person: MakePerson) -> None:
    carol = await person("carol", on=two.alice.server)
    form = {"name": "Garden", "topic": "x" * 201, "visibility": "public"}
    refused = await carol.http.post("/rooms/new", data=form)
    assert refused.status_code == 422
    assert "selected" in refused.text
    made = await carol.http.post("/rooms/new", data=form | {"topic": "Bees"})
    assert made.status_code == 303
    (found,) = (await directory(two.bob)).values()
    assert (found["name"], found["topic"], found["member_count"]) == ("Garden", "Bees", 1)


async def test_what_is_no_public_room_is_not_shown(two: Talk, person: MakePerson) -> None:
    alice, bob = two.alice, two.bob
    direct = await alice.direct(bob)
    assert (await change(alice, direct, visibility="public")).json()["code"] == "forbidden"
    assert (await change(alice, two.room, visibility="open")).json()["code"] == "bad_field"
    assert (await change(alice, two.room, topic="x" * 201)).json()["code"] == "bad_topic"
    ids = []
    for number in range(52):
        body = {"name": f"Garden {number}", "visibility": "public"}
        ids.append((await bob.http.post("/api/rooms", json=body)).json()["id"])
    carol = await person("carol", on=alice.server)
    assert list(await directory(carol)) == ids[:1:-1]
    assert list(await directory(carol, cursor=ids[2])) == ids[1::-1]
    page = await carol.http.get("/rooms/public/")
    assert "Garden 51" in page.text
    assert f"cursor={ids[2]}" in page.text
    assert "Kitchen" not in page.text


async def test_link_to_a_room_leads_to_its_door(two: Talk, person: MakePerson) -> None:
    carol = await person("carol", on=two.alice.server)
    path = f"/rooms/{two.room}/"
    assert (await carol.http.get(path)).status_code == 403
    assert (await carol.http.get(f"/rooms/public/{two.room}/")).status_code == 403
    await change(two.alice, two.room, visibility="public", topic="Soup")
    led = await carol.http.get(path)
    assert led.headers["location"] == f"/rooms/public/{two.room}/"
    assert "Soup" in (await carol.http.get(led.headers["location"])).text
    come = await carol.http.post(led.headers["location"])
    assert (come.status_code, come.headers["location"]) == (303, path)
    assert (await carol.http.get(path)).status_code == 200
    assert (await carol.http.get(led.headers["location"])).status_code == 303
