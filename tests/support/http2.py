"""HTTP/2 by hand: a server over TLS, and a client that does what no library would."""

import asyncio
import contextlib
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import h2.events
import httpx
from h2.config import H2Configuration
from h2.connection import H2Connection

from tests.support.server import Server, Settings
from tests.support.tls import Certificate
from tests.support.waiting import DEADLINE, deadline


class TlsServer(Server):
    """A Hypercorn process that ends TLS itself."""

    def __init__(self, folder: Path, settings: Settings, arguments: tuple[str, ...] = ()) -> None:
        self.certificate = Certificate.make(folder)
        super().__init__(folder, settings, (*self.certificate.arguments(), *arguments))

    @property
    def url(self) -> str:
        """The origin, without a last slash."""
        return f"https://127.0.0.1:{self.port}"

    async def _ready(self) -> None:
        trust = self.certificate.trust()
        async with httpx.AsyncClient(base_url=self.url, trust_env=False, verify=trust) as client:
            while True:
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get("/healthz")).status_code == httpx.codes.OK:
                        return
                await asyncio.sleep(0.02)


@dataclass
class Answer:
    """What has come on one stream so far."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    is_ended: bool = False
    error: int | None = None


class Peer:
    """One connection that speaks HTTP/2. It gives the window back only while it `reads`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.reads = True
        self.is_terminated = False
        self.answers: dict[int, Answer] = {}
        config = H2Configuration(
            header_encoding="utf-8",
            # What is forbidden is sent all the same.
            validate_outbound_headers=False,
            normalize_outbound_headers=False,
        )
        self.h2 = H2Connection(config)

    @classmethod
    async def open(cls, server: TlsServer, window: int = 65535) -> Self:
        """Connect and greet; `window` is how much of each answer is taken unasked."""
        context = server.certificate.trust()
        context.set_alpn_protocols(["h2"])
        peer = cls(*await tls(server, context))
        peer.h2.local_settings.initial_window_size = window
        peer.h2.local_settings.acknowledge()
        peer.h2.initiate_connection()
        await peer.flush()
        return peer

    def request(self, method: str, path: str, *headers: tuple[str, str], ends: bool = True) -> int:
        """Begin a request, and end it unless told otherwise; return its stream."""
        stream = self.h2.get_next_available_stream_id()
        fields = [(":method", method), (":path", path), (":scheme", "https")]
        self.h2.send_headers(stream, [*fields, (":authority", "x"), *headers], end_stream=ends)
        self.answers[stream] = Answer()
        return stream

    async def flush(self) -> None:
        """Send what is waiting."""
        self.writer.write(self.h2.data_to_send())
        await self.writer.drain()

    async def take(self) -> bool:
        """Read once; False at the end of the connection."""
        try:
            data = await self.reader.read(1 << 16)
        except (ConnectionError, ssl.SSLError):
            return False
        for event in self.h2.receive_data(data):
            self._take(event)
        with contextlib.suppress(ConnectionError):
            await self.flush()
        return data != b""

    def _take(self, event: h2.events.Event) -> None:
        if isinstance(event, h2.events.ConnectionTerminated):
            self.is_terminated = True
        answer = self.answers.setdefault(getattr(event, "stream_id", None) or 0, Answer())
        if isinstance(event, h2.events.ResponseReceived):
            answer.headers = {str(name): str(value) for name, value in event.headers}
            answer.status = int(answer.headers[":status"])
        elif isinstance(event, h2.events.DataReceived):
            answer.body += event.data
            if self.reads and event.flow_controlled_length:
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, h2.events.StreamEnded):
            answer.is_ended = True
        elif isinstance(event, h2.events.StreamReset):
            answer.is_ended, answer.error = True, int(event.error_code)

    async def answer(self, stream: int, within: float = DEADLINE) -> Answer:
        """Read until the stream has ended."""
        async with deadline(within, f"the answer on stream {stream}"):
            await self.flush()
            while not self.answers[stream].is_ended and await self.take():
                pass
        return self.answers[stream]

    async def gone(self, within: float = DEADLINE) -> None:
        """Read until the connection has ended."""
        async with deadline(within, "the end of the connection"):
            while await self.take():
                pass

    async def abort(self) -> None:
        """Cut the connection."""
        await cut(self.writer)


async def cut(writer: asyncio.StreamWriter) -> None:
    """Cut the connection, and wait until that is done."""
    writer.transport.abort()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def tls(
    server: TlsServer, context: ssl.SSLContext
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect with this context."""
    return await asyncio.open_connection("127.0.0.1", server.port, ssl=context)
