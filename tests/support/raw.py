"""A WebSocket made by hand: it can do what a library would never do."""

import asyncio
import base64
import contextlib
import os
import socket
import struct
from typing import Self

from tests.support.person import Person
from tests.support.server import Server
from tests.support.waiting import DEADLINE, deadline

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
FIN, RSV1 = 0x80, 0x40


class Raw:
    """A TCP connection to a server. It answers nothing by itself, neither pings nor closes, and
    reads only when asked to.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def open(cls, server: Server, port: int | None = None, window: int | None = None) -> Self:
        """Connect, and send nothing. `window`: the receive buffer in bytes."""
        sock = socket.socket()
        sock.setblocking(False)
        if window is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(sock, ("127.0.0.1", port or server.port))
        # The reader takes about twice its limit off the socket; then the TCP window closes.
        return cls(*await asyncio.open_connection(sock=sock, limit=1024))

    async def handshake(self, person: Person, path: str, *headers: str) -> int:
        """Ask for a WebSocket as this person; return the HTTP status, 0 when cut instead."""
        self.writer.write(request(person, path, *headers))
        async with deadline(DEADLINE, "the answer to the handshake"):
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                self.answer = (await self.reader.readuntil(b"\r\n\r\n")).decode()
                return int(self.answer.split()[1])
        return 0

    def send(self, opcode: int, payload: bytes, flags: int = FIN) -> None:
        """Send one frame; `flags` are the bits above the opcode."""
        size = len(payload)
        if size < 126:
            head = struct.pack("!BB", flags | opcode, 0x80 | size)
        elif size < 1 << 16:
            head = struct.pack("!BBH", flags | opcode, 0x80 | 126, size)
        else:
            head = struct.pack("!BBQ", flags | opcode, 0x80 | 127, size)
        # A mask of zeros is a mask: the payload goes as it is.
        self.writer.write(head + bytes(4) + payload)

    async def frame(self) -> tuple[int, bytes]:
        """Return the next frame's opcode and payload."""
        first, size = await self.reader.readexactly(2)
        if size == 126:
            (size,) = struct.unpack("!H", await self.reader.readexactly(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", await self.reader.readexactly(8))
        return first & 0x0F, await self.reader.readexactly(size)

    async def closed(self, within: float = DEADLINE) -> int:
        """Read until a close frame or the end of the connection; return the code, 0 for none."""
        async with deadline(within, "the server to close"):
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                while True:
                    opcode, payload = await self.frame()
                    if opcode == CLOSE:
                        return int.from_bytes(payload[:2])
        return 0

    async def gone(self, within: float = DEADLINE) -> None:
        """Read until the connection has ended."""
        async with deadline(within, "the server to drop the connection"):
            with contextlib.suppress(ConnectionError):
                while await self.reader.read(1 << 16):
                    pass

    def abort(self) -> None:
        """Cut the connection."""
        self.writer.transport.abort()


def request(person: Person, path: str, *headers: str) -> bytes:
    """Return the opening of a WebSocket as a browser sends it."""
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{person.server.port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
        f"Cookie: {person.cookie}",
        *headers,
    )
    return "\r\n".join((*lines, "", "")).encode()
