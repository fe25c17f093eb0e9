"""Direct conversations: two people have one, and nobody else ever comes in."""

import asyncio

from tests.support.factories import MakePerson, StartServer
from tests.support.frames import check
from tests.support.person import Person


async def direct(one: Person, other: Person) -> int:
    """POST /api/direct; return the room's id."""
    answer = await one.http.post("/api/direct", json={"username": other.username.upper()})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["id"])


async def test_two_people_have_one_conversation(person: MakePerson) -> None:
    alice, bob = await person("alice"), await person("bob")
    room = await direct(alice, bob)
    assert await direct(bob, alice) == room
    for one, other in ((alice, bob), (bob, alice)):
        details = await one.room(room)
        assert (details["kind"], details["name"]) == ("direct", other.username)
        assert {member["role"] for member in details["members"]} == {"member"}
    chat = await bob.connect(room)
    await chat.expect("ready")
    await alice.post(room, "psst")
    assert check(await chat.expect("chat_message"))["message"] == "psst"


async def test_conversation_in_the_list(person: MakePerson) -> None:
    alice, bob = await person("alice"), await person("bob")
    room = await direct(alice, bob)
    chat = await bob.connect(room)
    await chat.expect("ready")
    await bob.post(room, "hello")
    (item,) = await alice.rooms()
    assert (item["id"], item["name"], item["kind"]) == (room, bob.username, "direct")
    assert item["unread_count"] == 1
    assert item["partner"] == {
        "id": bob.id,
        "username": bob.username,
        "display_name": "",
        "is_online": True,
        "last_seen": None,
    }
    await alice.create_room(bob)
    assert {item["kind"]: "partner" in item for item in await alice.rooms()} == {
        "direct": True,
        "room": False,
    }


async def test_conversation_asked_for_many_times_at_once_is_made_once(
    database_url: str, server: StartServer, person: MakePerson
) -> None:
    node = await server(DATABASE_URL=database_url)
    alice, bob = await person("alice", on=node), await person("bob", on=node)
    pairs = [(alice, bob), (bob, alice)] * 4
    rooms = await asyncio.gather(*(direct(one, other) for one, other in pairs))
    assert len(set(rooms)) == 1
    for one in (alice, bob):
        assert [room["id"] for room in await one.rooms()] == rooms[:1]


async def test_nobody_comes_in_and_nobody_goes(person: MakePerson) -> None:
    alice, bob, eve = [await person(name) for name in ("alice", "bob", "eve")]
    room = await direct(alice, bob)
    path = f"/api/rooms/{room}"
    for method, rest, body in (
        ("POST", "/members", {"username": eve.username}),
        ("DELETE", f"/members/{bob.id}", None),
        ("DELETE", f"/members/{alice.id}", None),
        ("PATCH", f"/members/{alice.id}", {"role": "owner"}),
        ("PATCH", "", {"name": "ours"}),
        ("DELETE", "", None),
    ):
        answer = await alice.http.request(method, path + rest, json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), (method, rest)
    assert (await eve.http.get(path)).status_code == 403
    assert await eve.refused(room) == 403
    assert len((await alice.room(room))["members"]) == 2


async def test_conversation_needs_somebody_else(person: MakePerson) -> None:
    alice = await person("alice")
    alone = await alice.http.post("/api/direct", json={"username": alice.username})
    assert (alone.status_code, alone.json()["code"]) == (422, "only_yourself")
    nobody = await alice.http.post("/api/direct", json={"username": "nobody.at.all"})
    assert (nobody.status_code, nobody.json()["code"]) == (422, "unknown_user")
    assert await alice.rooms() == []


async def test_full_list_takes_no_new_conversation_but_opens_the_old(
    server: StartServer, person: MakePerson
) -> None:
    node = await server(MAX_ROOMS_PER_USER="1")
    alice, bob, carol = [await person(name, on=node) for name in ("alice", "bob", "carol")]
    room = await direct(alice, bob)
    refused = await alice.http.post("/api/direct", json={"username": carol.username})
    assert (refused.status_code, refused.json()["code"]) == (422, "too_many_rooms")
    assert await direct(alice, bob) == await direct(bob, alice) == room
    # Others who talk to somebody take no place of theirs: strangers could lock them out.
    await direct(bob, carol)
    await bob.create_room()
