"""How long frames of HTTP/2 hold the loop: python -m tests.support.loop_turns_http2.

The protocol runs in this process, above nothing and below an application that does nothing; printed
is, as JSON, the longest turn of the loop for each kind of frames, in milliseconds of CPU time.
"""

import asyncio
import json
import struct
import sys
from functools import partial
from typing import Any

from hpack import Encoder
from hypercorn.app_wrappers import ASGIWrapper
from hypercorn.asyncio.task_group import TaskGroup
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.events import Closed, Event, RawData
from hypercorn.typing import ConnectionState

from server import install
from server.http2 import Http2
from tests.support.loop_turns import TRIES, Turns

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def frame(kind: int, stream: int = 0, payload: bytes = b"", flags: int = 0) -> bytes:
    """Return one frame (RFC 9113, section 4.1)."""
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def priority(stream: int, parent: int, weight: int = 1, *, is_alone: bool = False) -> bytes:
    """Return a frame that makes `stream` depend on `parent`."""
    return frame(2, stream, struct.pack(">IB", parent | is_alone << 31, weight))


def requests(count: int, *, is_alone: bool = False, many: int = 0) -> bytes:
    """Return so many requests."""
    encoder = Encoder()
    fields = [(":method", "GET"), (":path", "/"), (":scheme", "https"), (":authority", "x")]
    head = struct.pack(">IB", 1 << 31, 1) if is_alone else b""
    flags = 0x25 if is_alone else 5
    return b"".join(
        frame(1, 2 * number + 1, head + encoder.encode(fields) + b"\x90" * many, flags)
        for number in range(count)
    )


THINGS = {
    "priorities": b"".join(priority(2 * (n % 450) + 3, 0, n % 200 + 1) for n in range(900)),
    "a chain": b"".join(priority(2 * n + 3, 0, is_alone=True) for n in range(900)),
    "pings": frame(6, 0, bytes(8)) * 900,
    "requests": requests(100),
    "requests with priorities": requests(100, is_alone=True),
    "a request with many fields": requests(1, many=900),
    "many settings": frame(4, 0, struct.pack(">HI", 3, 100) * 2700) * 8,
    "different settings": frame(4, 0, b"".join(struct.pack(">HI", n, 100) for n in range(16, 2700)))
    * 8,
}


async def nothing(_: object, _receive: object, send: Any) -> None:
    """Answer 204."""
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def stopping() -> None:
    """Do nothing more."""


async def send(_: Event) -> None:
    """Take what the server says."""


async def handle(data: bytes) -> None:
    """Serve a connection that sends these bytes."""
    loop = asyncio.get_running_loop()
    config = Config()
    context = WorkerContext(None)
    async with TaskGroup(loop) as group:
        protocol = Http2(
            ASGIWrapper(nothing),
            config,
            context,
            group,
            ConnectionState({}),
            True,
            None,
            None,
            send,
        )
        await protocol.initiate()
        data = PREFACE + frame(4) + data
        for start in range(0, len(data), 1 << 16):
            await protocol.handle(RawData(data[start : start + (1 << 16)]))
        await asyncio.sleep(0)
        await protocol.handle(Closed())


async def main() -> None:
    """Measure, and print."""
    install(stopping)
    turns = Turns()
    found = {}
    for name, data in THINGS.items():
        tries = [await turns.of(partial(handle, data)) for _ in range(TRIES)]
        found[name] = round(min(each for each, _ in tries), 1)
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
