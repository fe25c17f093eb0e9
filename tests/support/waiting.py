"""Deadlines: every wait in the tests has one, and says what it waited for when it passes."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

T = TypeVar("T")

# Seconds. They end a wait that is in vain, and measure nothing: benchmarks/ does. A machine that is
# shared may stop for seconds.
DEADLINE = 40.0
START_DEADLINE = 120.0


@asynccontextmanager
async def deadline(seconds: float, waiting_for: str) -> AsyncIterator[None]:
    """Bound the block to `seconds`; AssertionError naming `waiting_for` afterwards."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise AssertionError(f"Waited {seconds:g} s in vain for {waiting_for}") from error


async def eventually(
    probe: Callable[[], Awaitable[T]], waiting_for: str, seconds: float = DEADLINE
) -> T:
    """Call `probe` until it returns something true, and return that; AssertionError at the
    deadline.
    """
    async with deadline(seconds, waiting_for):
        while not (found := await probe()):  # noqa: ASYNC110 (the condition is in another process)
            await asyncio.sleep(0.02)
        return found


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on.

    Below the ephemeral range: a port from there could be taken by somebody's outgoing connection
    while its
    server restarts.
    """
    for port in random.sample(range(20000, 32000), 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("No free port between 20000 and 32000")
