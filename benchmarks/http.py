"""One browser that keeps its connection: as little HTTP as a GET needs."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from benchmarks.checks import Violation
from benchmarks.crowd import PATIENCE


class Browser:
    """Asks, and takes the whole answer."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, credential: str
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._credential = credential

    async def get(self, path: str) -> bytes:
        """The body of what is there. Raises Violation for any status but 200."""
        self._writer.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: en\r\n"
            f"{self._credential}\r\n\r\n".encode()
        )
        async with asyncio.timeout(PATIENCE):
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
            if " 200 " not in head.partition("\r\n")[0]:
                raise Violation(f"GET {path}: {head.partition(chr(13))[0]}")
            _, _, length = head.partition("content-length: ")
            if length:
                return await self._reader.readexactly(int(length.partition("\r\n")[0]))
            return await self._chunks()

    async def _chunks(self) -> bytes:
        body = b""
        while size := int(await self._reader.readline(), 16):
            body += await self._reader.readexactly(size)
            await self._reader.readline()
        await self._reader.readline()
        return body


@asynccontextmanager
async def browser(port: int, cookie: str, *, token: str = "") -> AsyncIterator[Browser]:
    """A connection for this block, with a cookie or a bearer's token."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    try:
        yield Browser(
            reader, writer, f"Authorization: Bearer {token}" if token else f"Cookie: {cookie}"
        )
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
