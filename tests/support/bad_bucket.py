"""A bucket of S3 that does what it should not: says no, keeps less than it got, or breaks off."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

_KEY = re.compile("<Key>(.*?)</Key>")
Mode = Literal["well", "500", "403", "less", "cut"]


class BadBucket:
    """It answers each request as `mode` says, and keeps no bytes, but how many they were.

    well: as it should; what is read of it are zeros. 500, 403: with that. less: it has kept a byte
    less than it got. cut: it breaks off in the middle of what is read.
    """

    def __init__(self) -> None:
        self.mode: Mode = "well"
        self.sizes: dict[str, int] = {}
        self.port = 0

    @property
    def url(self) -> str:
        """As FILES_URL has it."""
        return f"s3://key:secret@files/?endpoint=http://127.0.0.1:{self.port}"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request of a connection after the other."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                line, *fields = head.strip().split("\r\n")
                named = {
                    name.lower(): value for name, _, value in (f.partition(": ") for f in fields)
                }
                body = await reader.readexactly(int(named.get("content-length", 0)))
                if not self._answered(line.split(), named, body, writer):
                    break
                await writer.drain()
        writer.close()

    def _answered(
        self, line: list[str], named: dict[str, str], body: bytes, writer: asyncio.StreamWriter
    ) -> bool:
        """Whether the connection stays."""
        method, key, _ = line
        if self.mode in ("500", "403"):
            writer.write(f"HTTP/1.1 {self.mode} No\r\nContent-Length: 0\r\n\r\n".encode())
        elif method == "PUT":
            self.sizes[key] = len(body) - (self.mode == "less")
            writer.write(b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: 0\r\n\r\n')
        elif method == "POST":  # Several that are to be deleted.
            for each in _KEY.findall(body.decode()):
                self.sizes.pop(f"/files/{each}", None)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<DeleteResult/>")
        elif key not in self.sizes:
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        else:
            return self._shown(self.sizes[key], named.get("range"), method == "GET", writer)
        return True

    def _shown(
        self, size: int, asked: str | None, has_body: bool, writer: asyncio.StreamWriter
    ) -> bool:
        first, last = 0, size - 1
        if asked:
            first, last = map(int, asked.removeprefix("bytes=").split("-"))
        length = last + 1 - first
        said = f"Content-Range: bytes {first}-{last}/{size}\r\n" if asked else ""
        writer.write(
            f"HTTP/1.1 {'206 Partial Content' if asked else '200 OK'}\r\n{said}"
            f'Content-Length: {length}\r\nETag: "1"\r\n'
            "Last-Modified: Tue, 01 Dec 2026 00:00:00 GMT\r\n\r\n".encode()
        )
        is_cut = self.mode == "cut"
        writer.write(bytes(length // 2 if is_cut else length) if has_body else b"")
        return not is_cut


@asynccontextmanager
async def bad_bucket() -> AsyncIterator[BadBucket]:
    """Let it serve, well at first."""
    bucket = BadBucket()
    server = await asyncio.start_server(bucket.answer, "127.0.0.1", 0)
    bucket.port = server.sockets[0].getsockname()[1]
    async with server:
        yield bucket
