"""The WebSocket of a room."""

import asyncio
import itertools
import time
from functools import partial

import structlog
from quart import Blueprint, Response, Websocket, websocket

from blueprints.context import actions, forget_session, member_of, number, require_session
from blueprints.socket import PlainSocket, StreamSocket
from models import Draft, Membership, Refusal
from models.batch import Outcome
from models.database import uncancelled
from realtime import frames
from realtime.actions import Actions
from realtime.connection import FLOODING, INTERNAL_ERROR, TOO_BIG, Connection
from realtime.hypercorn import stream_of
from realtime.inbox import Data, Inbox, Waiting
from realtime.limits import PATIENCE, Limit, NoLimit

blueprint = Blueprint("chat", __name__)
log = structlog.get_logger(__name__)

_numbers = itertools.count(1)


@blueprint.websocket("/ws/chat/<int:room_id>/", strict_slashes=False)
async def chat(room_id: int) -> Response | None:
    """Admission happens here, before accept; refusals are plain HTTP answers."""
    since = time.monotonic()
    after = number(websocket.args, "after")
    session = await require_session()
    with actions().place_for(session.user_id):
        member = await member_of(room_id)
        forget_session()
        # The proxy looks the context up at every call; a connection need not.
        socket: Websocket = websocket._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
        conversation = Conversation(actions(), member, socket, session.id)
        await socket.accept()
        await conversation.run(after, since, reads_by_itself=socket.args.get("read") != "manual")
    return None


class Conversation:
    """One connection from accept to close."""

    __slots__ = (
        "arrived",
        "connection",
        "does",
        "frames",
        "inbox",
        "is_direct",
        "member",
        "refused",
        "socket",
    )

    def __init__(self, does: Actions, member: Membership, socket: Websocket, session: int) -> None:
        self.does = does
        self.member = member
        self.socket = socket
        self.arrived = False
        self.refused = 0
        # All frames of this connection, the unreadable ones too; four seconds' worth at once.
        rate = does.settings.max_frames_per_second
        self.frames = Limit((rate, 4 * rate)) if does.settings.rate_limits else NoLimit()
        stream = stream_of(socket.scope)
        self.is_direct = stream is not None and stream.listen(self._hear)
        self.connection = Connection(
            StreamSocket(socket, stream) if stream and self.is_direct else PlainSocket(socket),
            number=next(_numbers),
            room_id=member.room_id,
            user_id=member.user_id,
            username=member.user.username,
            display_name=member.user.display_name,
            session_id=session,
            cut=stream.cut if stream else None,
        )
        self.inbox = Inbox(self._handle)

    async def run(self, after: int | None, since: float, *, reads_by_itself: bool) -> None:
        began = time.monotonic()
        log.info("connected", **self._who(), after=after)
        self.inbox.begin(self._begin(after, since, reads_by_itself))
        reader = None if self.is_direct else asyncio.create_task(self._read())
        try:
            await self.connection.closed
        finally:
            # The peer that we are just closing may go away by itself, and Quart then cancels us a
            # second time: here, half-way out. The room must be left all the same.
            await uncancelled(self._leave(reader, began))

    async def _leave(self, reader: asyncio.Task[None] | None, began: float) -> None:
        if reader:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
        await self.inbox.close()
        await self.connection.abandon()
        if self.arrived:
            self.does.depart(self.connection)
        await self.does.hub.leave(self.connection)
        closing = self.connection.closing
        self.does.metrics.count(f"connections_closed:{closing[0] if closing else 'by_peer'}")
        spent = round((time.monotonic() - began) * 1000)
        log.info("disconnected", **self._who(), closing=closing, duration_ms=spent)

    async def _begin(self, after: int | None, since: float, reads_by_itself: bool) -> None:
        try:
            await self.does.join(self.connection, after, since)
            self.arrived = True
            await self.does.arrive(self.connection)
            if reads_by_itself:
                await self.does.mark_read(self.member, reader=self.connection)
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
        log.exception("conversation_failed", **self._who())  # noqa: LOG004
        self.connection.close(INTERNAL_ERROR, "internal error")

    def _receive(self, data: Data) -> Waiting | None:
        if data and len(data) > self.does.settings.max_message_bytes:
            self.connection.close(TOO_BIG, "too big")
            return None
        frame = _read(data)
        try:
            self.frames.check(0)
            if isinstance(frame, frames.Unreadable):
                raise frame
            waiting = self._act(frame)
            self.refused = max(0, self.refused - 1)
        except Refusal as refusal:
            self._refuse(refusal, getattr(frame, "client_id", None))
            return None
        return waiting

    def _act(self, frame: frames.ClientFrame) -> Waiting | None:
        if isinstance(frame, frames.ChatMessage):
            self._post(frame)
        elif isinstance(frame, frames.Typing):
            self.does.set_typing(self.connection, frame.is_typing)
        else:
            return self._mark_read(frame.message_id)
        return None

    async def _mark_read(self, message_id: int | None) -> None:
        try:
            cursor = await self.does.mark_read(self.member, message_id, self.connection)
        except Exception as error:
            # A database that is locked for a moment costs an answer, not the connection.
            log.warning("not_marked_read", **self._who(), error=str(error))
            self._refuse(Refusal("not_stored", retry_after=1), None)
        else:
            self.connection.send(frames.messages_marked_read(self.member.room_id, cursor))

    def _post(self, frame: frames.ChatMessage) -> None:
        draft = Draft(
            self.member.room_id,
            self.member.user_id,
            self.connection.username,
            frame.message,
            frame.client_id,
            self.connection.display_name,
        )
        self.does.submit(draft, partial(self._answer, frame.client_id), self.connection)

    def _answer(self, client_id: str | None, outcome: Outcome) -> None:
        if isinstance(outcome, Refusal):
            self._refuse(outcome, client_id)
        else:
            self.connection.send(frames.message_sent(outcome[0]))

    def _refuse(self, refusal: Refusal, client_id: str | None) -> None:
        log.info("refused", **self._who(), code=refusal.code)
        self.does.metrics.count(f"frames_refused:{refusal.code}")
        self.connection.send(frames.error(refusal, self.does.locale, client_id))
        self.refused += 1
        if self.refused >= PATIENCE and self.does.settings.rate_limits:
            self.connection.close(FLOODING, "flooding: come back more slowly")

    def _who(self) -> dict[str, int]:
        return {
            "user": self.member.user_id,
            "room": self.member.room_id,
            "connection": self.connection.number,
        }


def _read(data: Data) -> frames.ClientFrame | frames.Unreadable:
    """The frame, or what is wrong with it: the limit comes before either."""
    try:
        return frames.parse(data)
    except frames.Unreadable as unreadable:
        return unreadable
