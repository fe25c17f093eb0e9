"""One WebSocket from accept to close: what the sockets of rooms and of the lobby have in common."""

import asyncio
import itertools
import time
from typing import Any

import structlog
from quart import Websocket, websocket

from blueprints.socket import PlainSocket, StreamSocket
from models import Refusal, Session
from models.database import uncancelled
from realtime import frames
from realtime.actions import Actions
from realtime.connection import FLOODING, INTERNAL_ERROR, LOBBY, TOO_BIG, Connection
from realtime.hypercorn import stream_of
from realtime.inbox import Data, Inbox, Waiting
from realtime.limits import PATIENCE, Limit, NoLimit

log = structlog.get_logger(__name__)

_numbers = itertools.count(1)


def current_websocket() -> Websocket:
    """The WebSocket itself: the proxy looks the context up at every call, a connection need not."""
    socket: Websocket = websocket._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    return socket


class Conversation:
    """One connection. What it is about is in `end`, `parse` and `act`."""

    __slots__ = ("connection", "does", "frames", "inbox", "is_direct", "refused", "socket")

    def __init__(self, does: Actions, socket: Websocket, session: Session, room_id: int) -> None:
        self.does = does
        self.socket = socket
        self.refused = 0
        # All frames of this connection, the unreadable ones too; four seconds' worth at once.
        rate = does.settings.max_frames_per_second
        self.frames = Limit((rate, 4 * rate)) if does.settings.rate_limits else NoLimit()
        stream = stream_of(socket.scope)
        self.is_direct = stream is not None and stream.listen(self._hear)
        self.connection = Connection(
            StreamSocket(socket, stream) if stream and self.is_direct else PlainSocket(socket),
            number=next(_numbers),
            room_id=room_id,
            user_id=session.user_id,
            username=session.user.username,
            display_name=session.user.display_name,
            session_id=session.id,
            cut=stream.cut if stream else None,
        )
        self.inbox = Inbox(self._handle)

    async def end(self) -> None:
        """Leave what has been entered, however far that has come."""
        raise NotImplementedError

    def parse(self, data: Data) -> Any:
        """The frame in `data`. Raises frames.Unreadable."""
        raise NotImplementedError

    def act(self, frame: Any) -> Waiting | None:
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
        log.info("connected", **self.who())
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
        if reader:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
        await self.inbox.close()
        await self.connection.abandon()
        await self.end()
        closing = self.connection.closing
        self.does.metrics.count(f"connections_closed:{closing[0] if closing else 'by_peer'}")
        spent = round((time.monotonic() - began) * 1000)
        log.info("disconnected", **self.who(), closing=closing, duration_ms=spent)

    async def _enter(self, entering: Waiting) -> None:
        try:
            await entering
        except Exception:
            self._fail()

    async def _read(self) -> None:
        """Where the server does not hand us the messages, they are fetched."""
        while True:
            if waiting := self._hear(await self.socket.receive()):
                await waiting

    def _hear(self, data: Data) -> Waiting | None:
        return self.inbox.put(data)

    def _handle(self, data: Data) -> Waiting | None:
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
        log.exception("conversation_failed", **self.who())  # noqa: LOG004
        self.connection.close(INTERNAL_ERROR, "internal error")

    def _receive(self, data: Data) -> Waiting | None:
        if data and len(data) > self.does.settings.max_message_bytes:
            self.connection.close(TOO_BIG, "too big")
            return None
        frame = self._parsed(data)
        try:
            self.frames.check(0)
            if isinstance(frame, frames.Unreadable):
                raise frame
            waiting = self.act(frame)
            self.refused = max(0, self.refused - 1)
        except Refusal as refusal:
            self.refuse(refusal, getattr(frame, "client_id", None))
            return None
        return waiting

    def _parsed(self, data: Data) -> Any:
        """The frame, or what is wrong with it: the limit comes before either."""
        try:
            return self.parse(data)
        except frames.Unreadable as unreadable:
            return unreadable

    def refuse(self, refusal: Refusal, client_id: str | None = None) -> None:
        """Answer a frame with its error."""
        log.info("refused", **self.who(), code=refusal.code)
        self.does.metrics.count(f"frames_refused:{refusal.code}")
        self.connection.send(frames.error(refusal, self.does.locale, client_id))
        self.refused += 1
        if self.refused >= PATIENCE and self.does.settings.rate_limits:
            self.connection.close(FLOODING, "flooding: come back more slowly")

    def who(self) -> dict[str, int]:
        """What the log says of this connection."""
        where = self.connection.room_id
        about = {"user": self.connection.user_id, "connection": self.connection.number}
        return about if where == LOBBY else {**about, "room": where}
