"""The WebSocket of a room."""

import asyncio
import itertools
import time
from functools import partial

import structlog
from quart import Blueprint, Response, Websocket, websocket

from blueprints.context import actions, member_of, number, require_session
from blueprints.socket import PlainSocket
from models import Draft, Membership, Refusal, Session
from models.batch import Outcome
from models.database import uncancelled
from realtime import frames
from realtime.actions import Actions
from realtime.connection import FLOODING, INTERNAL_ERROR, TOO_BIG, Connection
from realtime.hypercorn import stream_of
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
        await _converse(await member_of(room_id), session, after, since)
    return None


async def _converse(member: Membership, session: Session, after: int | None, since: float) -> None:
    reads_by_itself = websocket.args.get("read") != "manual"
    # The proxy looks the context up at every call; a loop over frames need not.
    socket: Websocket = websocket._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    stream = stream_of(socket.scope)
    connection = Connection(
        PlainSocket(socket),
        number=next(_numbers),
        room_id=member.room_id,
        user_id=member.user_id,
        username=member.user.username,
        session_id=session.id,
        cut=stream.cut if stream else None,
    )
    await socket.accept()
    await Conversation(actions(), member, connection, socket).run(after, since, reads_by_itself)


class Conversation:
    """One connection from accept to close."""

    def __init__(
        self, does: Actions, member: Membership, connection: Connection, socket: Websocket
    ) -> None:
        self.does = does
        self.member = member
        self.connection = connection
        self.socket = socket
        # All frames of this connection, the unreadable ones too; four seconds' worth at once.
        rate = does.settings.max_frames_per_second
        self.frames = Limit((rate, 4 * rate)) if does.settings.rate_limits else NoLimit()
        self.refused = 0
        self.log = log.bind(user=member.user_id, room=member.room_id, connection=connection.number)

    async def run(self, after: int | None, since: float, reads_by_itself: bool) -> None:
        began = time.monotonic()
        self.log.info("connected", after=after)
        reader = asyncio.create_task(self._converse(after, since, reads_by_itself))
        writer = asyncio.create_task(self.connection.write())
        try:
            # Whichever ends first ends the other: a reader that died unnoticed while the writer
            # goes on would be a member who can hear but not speak.
            await asyncio.wait((reader, writer), return_when=asyncio.FIRST_COMPLETED)
            if reader.done():
                await writer
        finally:
            # The peer that we are just closing may go away by itself, and Quart then cancels us a
            # second time: here, half-way out. The room must be left all the same.
            await uncancelled(self._leave(reader, writer, began))

    async def _leave(
        self, reader: asyncio.Task[None], writer: asyncio.Task[None], began: float
    ) -> None:
        reader.cancel()
        writer.cancel()
        await asyncio.gather(reader, writer, return_exceptions=True)
        await self.does.hub.leave(self.connection)
        closing = self.connection.closing
        self.does.metrics.count(f"connections_closed:{closing[0] if closing else 'by_peer'}")
        spent = round((time.monotonic() - began) * 1000)
        self.log.info("disconnected", closing=closing, duration_ms=spent)

    async def _converse(self, after: int | None, since: float, reads_by_itself: bool) -> None:
        try:
            await self.does.join(self.connection, after, since)
            await self._attend(reads_by_itself)
        except Exception:
            self.log.exception("conversation_failed")
            self.connection.close(INTERNAL_ERROR, "internal error")

    async def _attend(self, reads_by_itself: bool) -> None:
        try:
            await self.does.arrive(self.connection)
            if reads_by_itself:
                await self.does.mark_read(self.member, reader=self.connection)
            while not self.connection.closing:
                await self._receive(await self.socket.receive())
                # Who asks faster than it listens to the answers is not asked for more.
                await self.connection.drain()
        finally:
            self.does.depart(self.connection)

    async def _receive(self, data: str | bytes) -> None:
        if data and len(data) > self.does.settings.max_message_bytes:
            self.connection.close(TOO_BIG, "too big")
            return
        frame = _read(data)
        try:
            self.frames.check(0)
            if isinstance(frame, frames.Unreadable):
                raise frame
            await self._act(frame)
            self.refused = max(0, self.refused - 1)
        except Refusal as refusal:
            self._refuse(refusal, getattr(frame, "client_id", None))

    async def _act(self, frame: frames.ClientFrame) -> None:
        if isinstance(frame, frames.ChatMessage):
            self._post(frame)
        elif isinstance(frame, frames.Typing):
            self.does.set_typing(self.connection, frame.is_typing)
        else:
            await self._mark_read(frame.message_id)

    async def _mark_read(self, message_id: int | None) -> None:
        try:
            cursor = await self.does.mark_read(self.member, message_id, self.connection)
        except Exception as error:
            # A database that is locked for a moment costs an answer, not the connection.
            self.log.warning("not_marked_read", error=str(error))
            raise Refusal("not_stored", retry_after=1) from None
        self.connection.send(frames.messages_marked_read(self.member.room_id, cursor))

    def _post(self, frame: frames.ChatMessage) -> None:
        draft = Draft(
            self.member.room_id,
            self.member.user_id,
            self.connection.username,
            frame.message,
            frame.client_id,
        )
        self.does.submit(draft, partial(self._answer, frame.client_id), self.connection)

    def _answer(self, client_id: str | None, outcome: Outcome) -> None:
        if isinstance(outcome, Refusal):
            self._refuse(outcome, client_id)
        else:
            self.connection.send(frames.message_sent(outcome[0]))

    def _refuse(self, refusal: Refusal, client_id: str | None) -> None:
        self.log.info("refused", code=refusal.code)
        self.does.metrics.count(f"frames_refused:{refusal.code}")
        self.connection.send(frames.error(refusal, self.does.locale, client_id))
        self.refused += 1
        if self.refused >= PATIENCE and self.does.settings.rate_limits:
            self.connection.close(FLOODING, "flooding: come back more slowly")


def _read(data: str | bytes) -> frames.ClientFrame | frames.Unreadable:
    """The frame, or what is wrong with it: the limit comes before either."""
    try:
        return frames.parse(data)
    except frames.Unreadable as unreadable:
        return unreadable
