"""A TCP proxy that can be cut, stalled and opened again: a network that fails on demand."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal, Self

from tests.support.waiting import free_port

State = Literal["open", "cut", "stalled"]
CHUNK = 64 * 1024


class Proxy:
    """Forwards 127.0.0.1:`port` to 127.0.0.1:`target`.

    open: forwards. cut: every connection is reset, new ones are too, as soon as they are made.
    stalled: nothing is forwarded and nothing is closed; new connections are taken and stay
    silent, as when packets are lost on the way. What was held back flows on when it is opened.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = free_port()
        self.state: State = "open"
        self._flows = asyncio.Event()
        self._flows.set()
        self._links: set[asyncio.Task[None]] = set()

    async def start(self) -> Self:
        """Listen."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        return self

    async def stop(self) -> None:
        """Stop listening and drop every connection."""
        self._server.close()
        await self._drop()
        await self._server.wait_closed()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def open(self) -> None:
        """Forward, from now on and what was held back."""
        self.state = "open"
        self._flows.set()

    async def cut(self) -> None:
        """Reset all connections, and every new one."""
        self.state = "cut"
        await self._drop()

    def stall(self) -> None:
        """Forward nothing, close nothing."""
        self.state = "stalled"
        self._flows.clear()

    async def reset(self) -> None:
        """Reset all connections once; new ones are forwarded as before."""
        await self._drop()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = asyncio.create_task(self._link(reader, writer))
        self._links.add(link)
        link.add_done_callback(self._links.discard)
        # Of a task that is cancelled before it has begun nothing runs, not even its `finally`.
        link.add_done_callback(lambda _: writer.transport.abort())

    async def _link(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with _resetting(writer):
            if self.state == "cut":
                return
            await self._flows.wait()
            try:
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
            except OSError:
                return
            async with _resetting(far_writer), asyncio.TaskGroup() as ways:
                there = ways.create_task(self._forward(reader, far_writer))
                back = ways.create_task(self._forward(far_reader, writer))
                await asyncio.wait((there, back), return_when=asyncio.FIRST_COMPLETED)
                # The peers of this protocol never half-close: one way's end is the other's.
                there.cancel()
                back.cancel()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                await self._flows.wait()
                writer.write(data)
                await writer.drain()
            # What has been sent before a goodbye still arrives.
            writer.close()
            await writer.wait_closed()

    async def _drop(self) -> None:
        links = list(self._links)
        for link in links:
            link.cancel()
        await asyncio.gather(*links, return_exceptions=True)


@asynccontextmanager
async def _resetting(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
    try:
        yield
    finally:
        raw: socket.socket | None = writer.get_extra_info("socket")
        if raw is not None and not writer.is_closing():
            with contextlib.suppress(OSError):
                # No lingering: the peer gets a reset, not an orderly end.
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
