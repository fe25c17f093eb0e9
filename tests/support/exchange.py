"""A WebSocket of server/ without a network: bytes in, frames out, at any split of the bytes."""

import asyncio
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from hypercorn.app_wrappers import ASGIWrapper
from hypercorn.asyncio.task_group import TaskGroup
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.events import Closed, Event, RawData
from hypercorn.typing import ConnectionState
from wsproto.connection import Connection, ConnectionType
from wsproto.events import CloseConnection, Pong

from server import WebSocketStream, install, stream_of
from server.events import Linger
from server.http1 import Http1
from tests.support.frames_raw import HANDSHAKE

CONFIG = Config()
CONFIG.websocket_max_message_size = 65536
CONFIG.websocket_ping_interval = None


async def _on_shutdown() -> None:
    """Nobody is told."""


install(_on_shutdown)


class Exchange:
    """One connection. `heard` are the messages that the application was given; `pongs` and `code`
    what the peer was sent, `is_over` whether the server has ended it; `state` is the lifespan's.
    """

    def __init__(self) -> None:
        self.heard: list[str | bytes | None] = []
        self.out = bytearray()
        self.is_accepted = asyncio.Event()
        self.is_over = False
        self.gone = asyncio.Event()
        # Whether the application had been told of the end when the last thing was sent.
        self.was_gone = False
        self.controls = 0
        self.stream: WebSocketStream | None = None
        self.state = ConnectionState({})
        # What the stream looks for below the protocol.
        self.writer = SimpleNamespace(transport=self, drain=self.drain, get_extra_info=None)

    @classmethod
    async def of(cls, pieces: Iterable[bytes]) -> "Exchange":
        """Feed these pieces, one after the other, to a connection that has just been accepted."""
        exchange = cls()
        async with TaskGroup(asyncio.get_running_loop()) as tasks:
            protocol = Http1(
                app=ASGIWrapper(exchange.app),
                config=CONFIG,
                context=WorkerContext(None),
                task_group=tasks,
                connection_state=exchange.state,
                ssl=False,
                client=None,
                server=None,
                send=exchange.send,
            )
            await protocol.handle(RawData(HANDSHAKE))
            await exchange.is_accepted.wait()
            del exchange.out[: exchange.out.index(b"\r\n\r\n") + 4]
            for piece in pieces:
                if exchange.is_over:
                    break  # The TCP connection throws away what still comes.
                await protocol.handle(RawData(piece))
            await protocol.handle(Closed())
        return exchange

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        """An ASGI application that takes what it is given past the queues, as ours does."""
        self.stream = stream_of(scope)
        if stream := self.stream:
            await receive()
            assert stream.take_over(self.gone.set)
            assert stream.set_message_handler(self.heard.append)
            stream.on_control = self.count
            await send({"type": "websocket.accept"})
            self.is_accepted.set()
            await self.gone.wait()

    def count(self) -> None:
        """One more frame that was no whole message."""
        self.controls += 1

    async def send(self, event: Event) -> None:
        """What the protocol above says."""
        if isinstance(event, RawData):
            self.out += event.data
            self.was_gone = self.gone.is_set()
        elif isinstance(event, Closed | Linger):
            self.is_over = True

    # Its own transport:

    def get_write_buffer_size(self) -> int:
        """Nothing waits here."""
        return 0

    def is_closing(self) -> bool:
        """It never is, so that whatever is written is seen."""
        return False

    def write(self, data: bytes) -> None:
        """Written past the protocol."""
        self.out += data

    async def drain(self) -> None:
        """Nothing waits here."""

    def sent(self) -> tuple[list[bytes], int | None]:
        """Return the payloads of the pongs, and the code of the close frame."""
        client = Connection(ConnectionType.CLIENT)
        client.receive_data(bytes(self.out))
        pongs, code = [], None
        for event in client.events():
            if isinstance(event, Pong):
                pongs.append(bytes(event.payload))
            elif isinstance(event, CloseConnection):
                code = int(event.code)
        return pongs, code
