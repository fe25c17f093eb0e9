"""Files that come in at once: what they take of the memory, and whether others wait for them."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator

from benchmarks.checks import Violation
from benchmarks.crowd import PATIENCE
from benchmarks.http import browser
from benchmarks.people import Person, Place, layout
from benchmarks.processes import memory_bytes
from benchmarks.stage import Stage, Theatre

UPLOADS = 50
BYTES = 25 << 20
PART = 256 << 10
POLL = 0.05


async def uploads(theatre: Theatre) -> None:
    """Fifty people send 25 MiB each, in one room; another one reads its history meanwhile."""
    size = theatre.times(BYTES, least=PART)
    with tempfile.TemporaryDirectory() as folder:
        async with theatre.stage(layout(1, UPLOADS + 1), FILES_URL=folder) as stage:
            await _measure(theatre, stage, size)


async def _measure(theatre: Theatre, stage: Stage, size: int) -> None:
    place, port, pid = stage.places[0], stage.servers[0].port, stage.servers[0].pid
    reader, *senders = place.people
    await asyncio.gather(*(_send(port, place, each, PART) for each in senders))  # Warms up.
    for _ in range(theatre.repeat):
        before, watched = memory_bytes(pid), _Watched()
        watching = asyncio.create_task(watched.run(pid, port, place, reader))
        with stage.meter() as meter:
            await asyncio.gather(*(_send(port, place, each, size) for each in senders))
        watching.cancel()
        await asyncio.wait({watching})
        theatre.note("uploads: MB of memory before", before / 1e6)
        theatre.note("uploads: MB more at the peak", (watched.memory - before) / 1e6)
        theatre.note("uploads: ms of CPU per MB", 1e3 * meter.cpu / (UPLOADS * size / 1e6))
        theatre.note("uploads: MB per s", UPLOADS * size / 1e6 / meter.wall)
        theatre.note("uploads: longest ms that a reader waits", 1e3 * watched.wait)
        theatre.note_others("uploads", meter)


class _Watched:
    """The most that was seen."""

    memory = 0
    wait = 0.0

    async def run(self, pid: int, port: int, place: Place, reader: Person) -> None:
        async with browser(port, reader.cookie) as visitor:
            while True:
                began = time.perf_counter()
                await visitor.get(f"/api/rooms/{place.id}/messages")
                self.wait = max(self.wait, time.perf_counter() - began)
                self.memory = max(self.memory, memory_bytes(pid))
                await asyncio.sleep(POLL)


async def _send(port: int, place: Place, person: Person, size: int) -> None:
    """Upload a file of so many bytes. Raises Violation for any answer but 201."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"POST /api/rooms/{place.id}/files?name=noise HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Length: {size}\r\nCookie: {person.cookie}\r\nConnection: close\r\n\r\n".encode()
    )
    async with asyncio.timeout(PATIENCE * 10):
        async for part in _parts(size):
            writer.write(part)
            await writer.drain()
        answer = await reader.read()
    writer.close()
    if b" 201 " not in answer.partition(b"\r\n")[0]:
        raise Violation(f"upload: {answer[:200]!r}")


async def _parts(size: int) -> AsyncIterator[bytes]:
    noise = bytes(range(256)) * (PART // 256)
    for start in range(0, size, PART):
        yield noise[: min(PART, size - start)]
