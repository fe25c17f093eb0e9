"""Frames that are no messages count like every other, and wait for their turn."""

import asyncio

import pytest

import cooperative
from tests.resilience.conftest import OpenRaw
from tests.support.exchange import Exchange
from tests.support.factories import MakePerson
from tests.support.frames_raw import CLOSE, CONTINUATION, PING, PONG, TEXT, close, frame
from tests.support.server import Server
from tests.support.talk import talk
from tests.support.waiting import DEADLINE, deadline

MANY = 20_000
# How each flood begins, and what it goes on with.
FLOODS = {
    "pings": (b"", frame(PING)),
    "pings with something": (b"", frame(PING, "x" * 60)),
    "pongs": (b"", frame(PONG)),
    "empty parts": (frame(TEXT, fin=False), frame(CONTINUATION, fin=False)),
    "parts of a byte": (frame(TEXT, fin=False), frame(CONTINUATION, "x", fin=False)),
    "messages in parts": (b"", frame(TEXT, fin=False) + frame(CONTINUATION)),
    "empty texts": (b"", frame(TEXT)),
}


@pytest.mark.parametrize(("begin", "more"), FLOODS.values(), ids=FLOODS.keys())
async def test_flood_is_ended(
    limited: Server, person: MakePerson, raw: OpenRaw, begin: bytes, more: bytes
) -> None:
    two = await talk(person, on=limited)
    peer = await raw(limited)
    assert await peer.handshake(two.alice, f"/ws/chat/{two.room}/") == 101
    peer.writer.write(begin + more * MANY)
    answers, code = 0, 0
    async with deadline(DEADLINE, "the end of the flood"):
        while not code:
            opcode, payload = await peer.frame()
            answers += opcode == PONG or b'"error"' in payload
            code = int.from_bytes(payload[:2]) if opcode == CLOSE else 0
    assert code == 4029
    assert answers < MANY / 10, "nearly all of them were answered"
    await two.b.say("bob has felt nothing")
    assert len(await two.bob.messages(two.room)) == 1


async def test_as_many_as_are_allowed(limited: Server, person: MakePerson, raw: OpenRaw) -> None:
    """A library that pings often, and sends in parts, is no flood."""
    two = await talk(person, on=limited)
    peer = await raw(limited)
    assert await peer.handshake(two.alice, f"/ws/chat/{two.room}/") == 101
    said = frame(TEXT, '{"type": "chat_message", ', fin=False) + frame(CONTINUATION, fin=False)
    peer.writer.write(frame(PING) * 350 + said + frame(CONTINUATION, '"message": "x"}'))
    await two.b.expect("chat_message", message="x")
    pongs = 0
    async with deadline(DEADLINE, "the pongs"):
        while pongs < 350:
            pongs += (await peer.frame())[0] == PONG
    peer.writer.write(close())
    assert await peer.closed() == 1000


@pytest.mark.parametrize(
    ("begin", "more"),
    [*FLOODS.values(), (close(4000)[:0], frame(TEXT, "x"))],
    ids=[*FLOODS.keys(), "texts"],
)
async def test_the_loop_is_given_away(
    monkeypatch: pytest.MonkeyPatch, begin: bytes, more: bytes
) -> None:
    """In between, however many come in one read; also where nothing is limited."""
    monkeypatch.setattr(cooperative, "SLICE_SECONDS", 0.0)
    others = 0

    async def count() -> None:
        nonlocal others
        while True:
            others += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    exchange = await Exchange.of([begin + more * 200 + close()])
    counting.cancel()
    assert others >= 200
    assert exchange.sent()[1] is not None


async def test_all_but_whole_messages_are_counted() -> None:
    """The application counts those."""
    parts = frame(TEXT, "a", fin=False) + frame(CONTINUATION, "b", fin=False) + frame(CONTINUATION)
    exchange = await Exchange.of([parts + frame(PING) + frame(PONG) + frame(TEXT) + close()])
    assert (exchange.controls, len(exchange.heard)) == (4, 2)
    # A frame that comes in pieces is one.
    exchange = await Exchange.of([bytes([byte]) for byte in parts + frame(PING) + close()])
    assert (exchange.controls, len(exchange.heard)) == (3, 1)
