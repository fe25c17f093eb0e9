"""Who is blocked is not heard: on no door, on no process, from that moment on."""

import asyncio
from typing import Any

import httpx
import pytest

from models import Block
from tests.support.archive import crowd
from tests.support.chat import Frame
from tests.support.factories import MakePerson, StartServer
from tests.support.frames import barrier, check
from tests.support.person import Person
from tests.support.server import Server
from tests.support.tables import opened

HIDDEN = {"is_online": False, "last_seen": None, "is_presence_hidden": True}


@pytest.fixture
async def pals(person: MakePerson, nodes: list[Server]) -> tuple[Person, Person, int]:
    """Eve and bob, and their conversation, in which both have said something."""
    eve, bob = await person("eve", on=nodes[0]), await person("bob", on=nodes[1])
    answer = await eve.http.post("/api/direct", json={"username": bob.username})
    room = int(answer.json()["id"])
    await eve.post(room, "hello")
    await bob.post(room, "hello yourself")
    return eve, bob, room


async def block(person: Person, other: Person, *, is_on: bool = True) -> None:
    """PUT or DELETE a block."""
    answer = await person.http.request("PUT" if is_on else "DELETE", f"/api/blocks/{other.id}")
    assert (answer.status_code, answer.content) == (204, b""), answer.text


async def item(person: Person, room: int) -> dict[str, Any]:
    """Return a room as it is in somebody's list."""
    (found,) = [each for each in await person.rooms() if each["id"] == room]
    return found


def about(frames: list[Frame], person: Person) -> list[Frame]:
    """Return the frames about somebody."""
    return [frame for frame in frames if frame.get("user_id") == person.id]


async def test_blocked_messages_are_refused_at_every_door(
    pals: tuple[Person, Person, int],
) -> None:
    """On a socket that was open before, on another process, as well as on new ones."""
    eve, bob, room = pals
    chat, here = await eve.connect(room), await bob.connect(room)
    await chat.say("still friends")
    await here.expect("chat_message", message="still friends")
    await block(bob, eve)
    await chat.send({"type": "chat_message", "message": "on a socket", "client_id": "c1"})
    refused = check(await chat.expect("error"))
    assert (refused["code"], refused["client_id"]) == ("blocked", "c1")
    assert bob.username in refused["message"]
    path = f"/api/rooms/{room}/messages"
    form = await eve.http.post(f"/rooms/{room}/", data={"message": "by a form"})
    api = await eve.http.post(path, json={"message": "by the API"})
    opening = await eve.http.post("/api/direct", json={"username": bob.username})
    page = await eve.http.post("/direct", data={"username": bob.username})
    assert [each.status_code for each in (form, api, opening, page)] == [403] * 4
    assert [each.json()["code"] for each in (api, opening)] == ["blocked"] * 2
    mine = await bob.http.post(path, json={"message": "from bob"})
    assert (mine.status_code, mine.json()["code"]) == (409, "unblock_first")
    said = [each["message"] for each in await bob.messages(room)]
    assert said == ["hello", "hello yourself", "still friends"]
    assert [f["message"] for f in await barrier(here) if f["type"] == "chat_message"] == []
    await block(bob, eve, is_on=False)
    assert (await chat.say("again"))["message_id"] == 4


async def test_repeated_message_of_before_is_answered_as_before(
    pals: tuple[Person, Person, int],
) -> None:
    eve, bob, room = pals
    sent = await eve.post(room, "said in time", "once")
    await block(bob, eve)
    assert await eve.post(room, "said in time", "once") == sent


async def test_neither_sees_whether_the_other_is_there(pals: tuple[Person, Person, int]) -> None:
    eve, bob, room = pals
    hall, lobby = await eve.lobby(), await bob.lobby()
    chat, here = await eve.connect(room, read="manual"), await bob.connect(room, read="manual")
    await chat.expect("user_status", user_id=bob.id, is_online=True)
    await here.expect("user_status", user_id=eve.id, is_online=True)
    await hall.expect("user_status", user_id=bob.id, is_online=True)
    await block(bob, eve)
    # As if he had gone.
    await chat.expect("user_status", user_id=bob.id, is_online=False)
    await here.expect("user_status", user_id=eve.id, is_online=False)
    for list_, sign in ((hall, "is_presence_hidden"), (lobby, "is_blocked")):
        # What was read before is told of too.
        while sign not in (told := (await list_.expect("room_changed"))["room"])["partner"] | told:
            pass
    start = len(chat.seen), len(here.seen)
    for mine in (chat, here):
        await mine.send({"type": "typing", "is_typing": True})
        await mine.send({"type": "mark_read"})
        await mine.expect("messages_marked_read")
    late = await eve.connect(room, read="manual")
    await late.expect("user_status", user_id=eve.id)
    assert about(await barrier(late), bob) == []
    for one, other in ((eve, bob), (bob, eve)):
        (theirs,) = [each for each in (await one.room(room))["members"] if each["id"] == other.id]
        for seen in ((await item(one, room))["partner"], theirs):
            assert {name: seen[name] for name in HIDDEN} == HIDDEN
    await block(bob, eve, is_on=False)
    for waiting, other, since in ((chat, bob, start[0]), (here, eve, start[1])):
        await waiting.expect("user_status", user_id=other.id, is_online=True)
        assert about(waiting.seen[since:-1], other) == []
    assert "is_presence_hidden" not in (await item(eve, room))["partner"]


async def test_list_of_blocks(pals: tuple[Person, Person, int]) -> None:
    eve, bob, _ = pals
    lobby = await bob.lobby()
    assert (await bob.http.get("/api/blocks")).json() == {"people": []}
    for _ in range(2):
        await block(bob, eve)
        assert check(await lobby.expect("blocks"))["user_ids"] == [eve.id]
    known = {"id": eve.id, "username": eve.username, "display_name": ""}
    assert (await bob.http.get("/api/blocks")).json() == {"people": [known]}
    again = await bob.lobby()
    assert await again.next() == {"type": "blocks", "user_ids": [eve.id]}
    for _ in range(2):
        await block(bob, eve, is_on=False)
        assert (await lobby.expect("blocks"))["user_ids"] == []
    assert (await bob.http.get("/api/blocks")).json() == {"people": []}
    for wrong, code in ((bob.id, 403), (2**40, 404), (2**80, 404)):
        assert (await bob.http.put(f"/api/blocks/{wrong}")).status_code == code


async def test_in_rooms_they_are_not_counted(person: MakePerson) -> None:
    eve, bob, carol = [await person(name) for name in ("eve", "bob", "carol")]
    room = await carol.create_room(eve, bob)
    await eve.post(room, "one")
    await carol.post(room, "two")
    await block(bob, eve)
    assert (await item(bob, room))["unread_count"] == 1
    assert (await item(carol, room))["unread_count"] == 1
    page = (await bob.http.get(f"/rooms/{room}/")).text
    assert page.count('class="folded"') == 1
    await block(bob, eve, is_on=False)
    assert (await item(bob, room))["unread_count"] == 2


async def test_blocked_people_bring_nobody_in(person: MakePerson) -> None:
    eve, bob, carol = [await person(name) for name in ("eve", "bob", "carol")]
    room = await eve.create_room(carol)
    old = await eve.create_room(bob)
    await bob.remove_member(old, bob.id)
    await eve.http.post(f"/api/rooms/{old}/members", json={"username": bob.username})
    await block(bob, eve)
    assert await bob.rooms() == [], "the invitation has gone too"
    tried = [
        await eve.http.post(f"/api/rooms/{each}/members", json={"username": bob.username})
        for each in (room, old)
    ]
    names = [carol.username, bob.username]
    tried.append(await eve.http.post("/api/rooms", json={"name": "x", "members": names}))
    assert [(each.status_code, each.json()["code"]) for each in tried] == [(403, "blocked")] * 3
    assert bob.username in tried[-1].json()["message"]
    await carol.add_member(room, bob)


async def test_blocked_request_is_gone_until_it_is_unblocked(person: MakePerson) -> None:
    eve, bob = await person("eve"), await person("bob")
    room = (await eve.http.post("/api/direct", json={"username": bob.username})).json()["id"]
    await eve.post(room, "hello there")
    lobby = await bob.lobby()
    await block(bob, eve)
    await lobby.expect("room_left", room_id=room)
    assert await bob.rooms() == []
    await block(bob, eve, is_on=False)
    assert (await item(bob, room))["is_request"] is True
    assert (await item(eve, room))["partner"]["is_presence_hidden"] is True


async def test_block_and_opening_at_the_same_time(
    server: StartServer, person: MakePerson, database_url: str
) -> None:
    """Whoever is first: nothing is said after the block has been answered."""
    if database_url.startswith("postgres"):
        database_url += "&minsize=8&maxsize=8"
    node = await server(DATABASE_URL=database_url)
    bob = await person("bob", on=node)
    eves = [await person("eve", on=node) for _ in range(6)]

    async def intrude(eve: Person) -> httpx.Response:
        await asyncio.gather(
            eve.http.post("/api/direct", json={"username": bob.username}), block(bob, eve)
        )
        rooms = await eve.rooms()
        path = f"/api/rooms/{rooms[0]['id']}/messages" if rooms else "/api/direct"
        return await eve.http.post(path, json={"message": "x", "username": bob.username})

    for answer in await asyncio.gather(*map(intrude, eves)):
        assert (answer.status_code, answer.json()["code"]) == (403, "blocked")


async def test_blocks_are_bounded_and_limited(
    server: StartServer, person: MakePerson, sqlite_url: str
) -> None:
    node = await server(DATABASE_URL=sqlite_url, MAX_MEMBERS_PER_ROOM="2000")
    bob = await person("bob", on=node)
    room = await bob.create_room()
    await crowd(sqlite_url, room, 1_001)
    ids = [each["id"] for each in (await bob.room(room))["members"] if each["id"] != bob.id]
    async with opened(sqlite_url):
        await Block.bulk_create([Block(user_id=bob.id, blocked_id=each) for each in ids[:995]])
    answers = await asyncio.gather(*(bob.http.put(f"/api/blocks/{each}") for each in ids[990:]))
    refused = [(each.status_code, each.json()["code"]) for each in answers if each.content]
    assert refused == [(422, "too_many_blocks")]
    node.settings["RATE_LIMITS"] = "on"
    await node.restart()
    answers = [await bob.http.put(f"/api/blocks/{each}") for each in ids[:130]]
    assert {each.status_code for each in answers} == {204, 429}
