"""HTTP/2: frames that bring nothing are counted, and none of them is dear."""

import json
import struct
from collections.abc import Callable
from pathlib import Path

import h2.events
import pytest
from h2.errors import ErrorCodes

from server.http2_frames import PREFACE, RATE, SIZE, FrameBudget
from tests.security.peers.conftest import OpenPeer
from tests.support.http2 import Answer, Peer, TlsServer
from tests.support.loop_turns_http2 import frame, priority
from tests.support.server import ROOT, run_python
from tests.support.waiting import DEADLINE, deadline

DATA, HEADERS, SETTINGS, PING, WINDOW_UPDATE, UNKNOWN = 0, 1, 4, 6, 8, 99
FLOOD = 4 * SIZE


HEALTH = [(":method", "GET"), (":path", "/healthz"), (":scheme", "https"), (":authority", "x")]
FLOODS = {
    "ping": frame(PING, 0, bytes(8)),
    "settings": frame(SETTINGS, 0, struct.pack(">HI", 3, 100)),
    "priority": priority(3, 0),
    "window": frame(WINDOW_UPDATE, 0, b"\0\0\0\1"),
    "unknown": frame(UNKNOWN),
}


async def _error(peer: Peer) -> int | None:
    """Read to the end of the connection; return what the server has said at the end."""
    async with deadline(DEADLINE, "the end of the connection"):
        while True:
            data = await peer.reader.read(1 << 16)
            for event in peer.h2.receive_data(data):
                if isinstance(event, h2.events.ConnectionTerminated):
                    return int(event.error_code or 0)
            if not data:
                return None


async def _works(peer: Peer) -> bool:
    return (await peer.answer(peer.request("GET", "/healthz"))).status == 200


@pytest.mark.parametrize("kind", FLOODS)
async def test_flood_is_ended(peer: OpenPeer, impatient_tls: TlsServer, kind: str) -> None:
    one = await peer(impatient_tls)
    one.writer.write(FLOODS[kind] * FLOOD)
    assert await _error(one) == ErrorCodes.ENHANCE_YOUR_CALM
    assert await _works(await peer(impatient_tls))


@pytest.mark.parametrize("data", [b"", b"a"], ids=["empty", "one byte"])
async def test_body_in_tiny_frames_is_refused(
    peer: OpenPeer, impatient_tls: TlsServer, data: bytes
) -> None:
    one = await peer(impatient_tls)
    stream = one.request("POST", "/login", ends=False)
    await one.flush()
    one.writer.write(frame(DATA, stream, data) * FLOOD)
    assert await _error(one) == ErrorCodes.ENHANCE_YOUR_CALM
    assert await _works(await peer(impatient_tls))


async def test_whoever_takes_much_may_open_many_windows(
    peer: OpenPeer, impatient_tls: TlsServer
) -> None:
    one, taken = await peer(impatient_tls, window=1024), 0
    while taken < 2 * SIZE * 1024:
        answer = await one.answer(one.request("GET", "/static/js/room/message_store.js"))
        assert answer.status == 200, taken
        taken += len(answer.body)


async def test_head_is_no_longer_than_over_http1(peer: OpenPeer, impatient_tls: TlsServer) -> None:
    one = await peer(impatient_tls)
    long = [("cookie", f"a{n}={'x' * 4000}") for n in range(5)]
    assert (await one.answer(one.request("GET", "/healthz", *long[:3]))).status == 200
    one.request("GET", "/healthz", *long)
    await one.flush()
    assert await _error(one) == ErrorCodes.ENHANCE_YOUR_CALM


async def test_priorities_are_ignored(peer: OpenPeer, impatient_tls: TlsServer) -> None:
    """`impatient_tls` looks for stack traces in its log: a thousand streams that were named ended
    the connection, and so did a long chain.
    """
    one = await peer(impatient_tls)
    one.writer.write(b"".join(priority(n, n - 2 if n > 2001 else 0) for n in range(2001, 3801, 2)))
    one.writer.write(priority(2001, 3799))
    for parent in range(4001, 4201, 2):
        stream = one.h2.get_next_available_stream_id()
        one.answers[stream] = Answer()
        one.h2.send_headers(stream, HEALTH, end_stream=True, priority_depends_on=parent)
        assert (await one.answer(stream)).status == 200


async def test_no_frames_hold_the_loop(folder: Path) -> None:
    """In CPU time of each turn of the loop; see tests/support/loop_turns_http2.py."""
    status, output = await run_python(
        "-m", "tests.support.loop_turns_http2", cwd=folder, settings={"PYTHONPATH": str(ROOT)}
    )
    assert status == 0, output
    found = json.loads(output.splitlines()[-1])
    assert {name: each for name, each in found.items() if each > 12} == {}


class Clock:
    """Time that passes when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock that stands."""
    return Clock()


@pytest.fixture
def budget(clock: Callable[[], float]) -> FrameBudget:
    """The budget of a connection that has said hello."""
    made = FrameBudget(clock)
    assert made.spend(bytes(PREFACE))
    return made


def test_budget_comes_back(clock: Clock, budget: FrameBudget) -> None:
    assert budget.spend(FLOODS["ping"] * SIZE)
    assert not budget.spend(FLOODS["ping"])
    clock.now += 2 / RATE
    assert budget.spend(FLOODS["ping"])
    budget.refund(2)
    assert budget.spend(FLOODS["window"] * 2)
    assert not budget.spend(FLOODS["window"])


@pytest.mark.parametrize("size", [1, 7, 1024])
def test_frames_are_found_wherever_they_are_cut(clock: Clock, size: int) -> None:
    """Whatever is in their payloads."""
    made = FrameBudget(clock)
    body, head = frame(DATA, 1, FLOODS["ping"] * 500), frame(HEADERS, 1, b"x" * 50)
    data = bytes(PREFACE) + (body + head + FLOODS["ping"] + frame(UNKNOWN)) * (SIZE // 2)
    pieces = [data[start : start + size] for start in range(0, min(len(data), 40_000), size)]
    assert all(made.spend(piece) for piece in pieces)
    whole = FrameBudget(clock)
    assert whole.spend(data)
    assert not whole.spend(frame(UNKNOWN))


def test_each_setting_counts(budget: FrameBudget) -> None:
    settings = frame(SETTINGS, 0, struct.pack(">HI", 4, 1) * (SIZE // 2))
    assert budget.spend(settings)
    assert not budget.spend(settings)
