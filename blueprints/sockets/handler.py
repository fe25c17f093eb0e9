"""One WebSocket from accept to close: what the sockets of rooms and of the lobby have in common."""

import asyncio
import itertools
import sys
import time
from typing import Any

import structlog
from quart import Websocket, websocket

from background import end
from blueprints.client_addresses import plain
from blueprints.sockets.transport import PlainSocket, StreamSocket, receive
from config import Settings
from models import Refusal, Session
from models.database import uncancelled
from protocol.client_frames import InvalidFrame
from protocol.errors import error_frame
from protocol.server_frames import encode
from realtime.connection import FLOODING, INTERNAL_ERROR, LOBBY, TOO_BIG, Connection
from realtime.inbox import Data, Inbox, Waiting
from realtime.metrics import metrics
from realtime.peer import UNKNOWN, Peer
from realtime.rate_limits import REFUSALS_MAX, Limit, NoLimit
from server import WebSocketStream, stream_of
from services import Services
from services.actor import Actor
from services.preferences import language_of

log = structlog.get_logger(__name__)

AGENT_MAX = 200

_numbers = itertools.count(1)


def _peer(socket: Websocket, stream: WebSocketStream | None) -> Peer:
    """Who it is. Most programs are a few: one text for all who have the same."""
    agent = sys.intern(str(socket.user_agent)[:AGENT_MAX])
    traffic = stream.traffic if stream else UNKNOWN.traffic
    return Peer(plain(socket.remote_addr), agent, time.time(), traffic)


def current_websocket() -> Websocket:
    """The WebSocket itself: the proxy looks the context up at every call, a connection need not."""
    socket: Websocket = websocket._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    return socket


class SocketHandler:
    """One connection. What it is about is in `end`, `parse` and `handle`."""

    __slots__ = (
        "connection",
        "frame_limit",
        "inbox",
        "is_direct",
        "locale",
        "refusals",
        "services",
        "settings",
        "socket",
    )

    def __init__(
        self,
        services: Services,
        settings: Settings,
        socket: Websocket,
        actor: Actor,
        room_id: int,
        membership_id: int | None = None,
        from_number: int = 0,
        floor: int = 0,
    ) -> None:
        self.services = services
        self.settings = settings
        self.locale = language_of(actor.user, settings.locale)
        self.socket = socket
        self.refusals = 0
        # All frames of this connection, the unreadable ones too; four seconds' worth at once.
        rate = settings.max_frames_per_second
        self.frame_limit = Limit((rate, 4 * rate)) if settings.rate_limits else NoLimit()
        stream = stream_of(socket.scope)
        self.is_direct = stream is not None and stream.set_message_handler(self._enqueue)
        if stream:
            stream.on_control = self._count
        credential = actor.credential
        is_login = isinstance(credential, Session)
        self.connection = Connection(
            StreamSocket(socket, stream) if stream and self.is_direct else PlainSocket(socket),
            number=next(_numbers),
            room_id=room_id,
            membership_id=membership_id,
            from_number=from_number,
            floor=floor,
            user_id=actor.user_id,
            username=actor.username,
            display_name=actor.display_name,
            session_id=credential.id if is_login else 0,
            token_id=0 if is_login else credential.id,
            cut=stream.abort if stream else None,
        )
        self.connection.peer = _peer(socket, stream if self.is_direct else None)
        self.inbox = Inbox(self._handle_data)

    async def end(self) -> None:
        """Leave what has been entered, however far that has come."""
        raise NotImplementedError

    def parse(self, data: Data) -> Any:
        """The frame in `data`. Raises InvalidFrame."""
        raise NotImplementedError

    def handle(self, frame: Any) -> Waiting | None:
        """Do what a frame asks for. Returns what is to be awaited before the next one.

        Raises:
            Refusal: is the answer.
        """
        raise NotImplementedError

    async def run(self, entering: Waiting) -> None:
        """Come in by `entering`, and stay until the connection is closed. What the peer sends
        before it is in is kept.
        """
        began = time.monotonic()
        metrics.count("connections_opened")
        log.info("connected", **self.log_fields())
        self._forget_request()
        self.inbox.begin(self._enter(entering))
        reader = None if self.is_direct else asyncio.create_task(self._read())
        try:
            await self.connection.closed
        finally:
            # The peer that we are just closing may go away by itself, and Quart then cancels us a
            # second time: here, half-way out. The room must be left all the same.
            await uncancelled(self._leave(reader, began))

    def _forget_request(self) -> None:
        # It has been answered. What it brought along would be a tenth of a connection's memory.
        self.socket.headers.clear()
        if isinstance(headers := self.socket.scope["headers"], list):
            headers.clear()

    async def _leave(self, reader: asyncio.Task[None] | None, began: float) -> None:
        await end(reader)
        await self.inbox.close()
        await self.connection.abandon()
        await self.end()
        stream = stream_of(self.socket.scope)
        closing = self.connection.closing or (stream.failure if stream else None)
        metrics.count(f"connections_closed:{closing[0] if closing else 'by_peer'}")
        spent = round((time.monotonic() - began) * 1000)
        log.info("disconnected", **self.log_fields(), closing=closing, duration_ms=spent)

    async def _enter(self, entering: Waiting) -> None:
        try:
            await entering
        except Exception:
            self._fail()

    async def _read(self) -> None:
        """Where the server does not hand us the messages, they are fetched."""
        while True:
            if waiting := self._enqueue(await receive(self.socket)):
                await waiting

    def _enqueue(self, data: Data) -> Waiting | None:
        return self.inbox.put(data)

    def _count(self) -> None:
        """A ping, a pong, a part of a message: what has no answer of ours to tell it too fast."""
        try:
            self.frame_limit.check(0)
        except Refusal:
            self.connection.close(FLOODING, "flooding: come back more slowly")

    def _handle_data(self, data: Data) -> Waiting | None:
        if self.connection.closing:
            return None
        try:
            waiting = self._receive(data)
        except Exception:
            self._fail()
            return None
        # Who asks faster than it listens to the answers is not asked for more.
        return self.connection.drain() if self.connection.is_behind and not waiting else waiting

    def _fail(self) -> None:
        log.exception("socket_failed", **self.log_fields())  # noqa: LOG004
        self.connection.close(INTERNAL_ERROR, "internal error")

    def _receive(self, data: Data) -> Waiting | None:
        if data and len(data) > self.settings.max_message_bytes:
            self.connection.close(TOO_BIG, "too big")
            return None
        metrics.count("frames_received")
        frame = self._parsed(data)
        try:
            self.frame_limit.check(0)
            if isinstance(frame, InvalidFrame):
                raise frame
            waiting = self.handle(frame)
            self.refusals = max(0, self.refusals - 1)
        except Refusal as refusal:
            self.refuse(refusal, getattr(frame, "client_id", None))
            return None
        return waiting

    def _parsed(self, data: Data) -> Any:
        """The frame, or what is wrong with it: the limit comes before either."""
        try:
            return self.parse(data)
        except InvalidFrame as invalid:
            return invalid

    def refuse(self, refusal: Refusal, client_id: str | None = None) -> None:
        """Answer a frame with its error."""
        self.services.connections.log_refusal(code=refusal.code, **self.log_fields())
        metrics.count(f"frames_refused:{refusal.code}")
        self.connection.send(encode(error_frame(refusal, self.locale, client_id)))
        self.refusals += 1
        if self.refusals >= REFUSALS_MAX and self.settings.rate_limits:
            self.connection.close(FLOODING, "flooding: come back more slowly")

    def log_fields(self) -> dict[str, int]:
        """What the log says of this connection."""
        where = self.connection.room_id
        about = {"user": self.connection.user_id, "connection": self.connection.number}
        return about if where == LOBBY else {**about, "room": where}
