"""The WebSocket of a room."""

import time
from collections.abc import Awaitable
from functools import partial

import structlog
from msgspec import UNSET, UnsetType
from quart import Blueprint, Response, Websocket, websocket

from blueprints.client_addresses import network
from blueprints.context import (
    forget_actor,
    int_arg,
    member_of,
    require_actor,
    services,
    settings,
)
from blueprints.sockets.handler import SocketHandler, current_websocket
from config import Settings
from models import Membership, Post, Refusal, Session
from protocol.client_frames import (
    ChatMessage,
    EditMessage,
    MessageFrame,
    RoomFrame,
    Typing,
    parse_room_frame,
)
from protocol.server_frames import DigestView, MessagesMarkedRead, encode
from realtime.inbox import Data, Waiting
from realtime.read_marks import ReadMarks
from realtime.replay import Position
from services import Services
from services.actor import Actor, Scope
from services.new_accounts import is_limited

blueprint = Blueprint("chat", __name__)
log = structlog.get_logger(__name__)

# A little more than the step in which the time of a login's last use is stored.
USE_SECONDS = Session.USE_STEP.total_seconds() + 60


@blueprint.websocket("/ws/chat/<int:room_id>/", strict_slashes=False)
async def chat(room_id: int) -> Response | None:
    """Admission happens here, before accept; refusals are plain HTTP answers."""
    checked_at = time.monotonic()
    position = _position()
    actor = await require_actor(Scope.READ, Scope.WRITE)
    if position != Position():
        services().history.check_rate(actor.user_id)
    with services().connections.admit(actor.user_id, network(websocket.remote_addr)):
        member = await member_of(room_id)
        forget_actor()
        socket = current_websocket()
        handler = RoomSocketHandler(services(), settings(), socket, actor, member)
        await socket.accept()
        del actor, member  # What is referred to here stays for hours.
        reads_by_itself = socket.args.get("read") != "manual"
        await handler.run(handler.begin(position, checked_at, reads_by_itself))
    return None


def _position() -> Position:
    """What the peer says it has seen. Raises Refusal: bad_request."""
    position = Position(int_arg(websocket.args, "since"), int_arg(websocket.args, "after"))
    if position.since is not None and position.after is not None:
        raise Refusal("bad_request", problem="since and after")
    return position


class RoomSocketHandler(SocketHandler):
    """What a member does in a room."""

    __slots__ = ("arrived", "is_private", "marks", "member", "new_until", "used_at")

    def __init__(
        self,
        services: Services,
        settings: Settings,
        socket: Websocket,
        actor: Actor,
        member: Membership,
    ) -> None:
        place = (member.room_id, member.id, member.from_number, member.room.floor)
        super().__init__(services, settings, socket, actor, *place)
        self.member = member
        self.arrived = False
        self.marks: ReadMarks | None = None
        self.is_private = False
        self.used_at = time.monotonic()  # The handshake has noted it.
        self.new_until = services.new_accounts.new_until(member)

    async def begin(self, position: Position, checked_at: float, reads_by_itself: bool) -> None:
        if self.member.room.is_direct:
            self.is_private = True
            await self.services.connections.track_privacy(self.member.room_id)
        await self.services.connections.join(self.connection, position, checked_at)
        self.arrived = True
        await self.services.connections.arrive(self.connection)
        if reads_by_itself:
            await self.services.read_marks.move(self.member, reader=self.connection)

    async def end(self) -> None:
        if self.marks:
            await self.marks.close()
        if self.arrived:
            self.services.connections.depart(self.connection)
        if self.is_private:
            self.services.connections.untrack_privacy(self.member.room_id)
        await self.services.connections.leave(self.connection)

    def parse(self, data: Data) -> RoomFrame:
        return parse_room_frame(data)

    def handle(self, frame: RoomFrame) -> Waiting | None:
        if isinstance(frame, ChatMessage | EditMessage) and self._is_limited(frame):
            return self._answered(frame.client_id, self._submit_limited(frame))
        if isinstance(frame, ChatMessage | MessageFrame):
            self._submit(frame)
        elif isinstance(frame, Typing):
            self.services.typing.set(self.connection, frame.is_typing)
        elif frame.digest is not None:
            return self._mark_read(frame.message_id, first=frame.digest)
        else:
            # Most connections of a large room only listen: what is not needed takes no memory.
            self.marks = self.marks or ReadMarks(self._mark_read)
            return self.marks.put(frame.message_id)
        return self._note_use()

    def _is_limited(self, frame: ChatMessage | EditMessage) -> bool:
        return time.time() < self.new_until and is_limited(frame.message)

    async def _answered(self, client_id: str | None, submitting: Awaitable[None]) -> None:
        try:
            await submitting
        except Refusal as refusal:
            self.refuse(refusal, client_id=client_id)
        except Exception as error:
            log.warning("not_checked", **self.log_fields(), error=str(error))
            self.refuse(Refusal("not_stored", retry_after=1), client_id=client_id)

    def _submit_limited(self, frame: ChatMessage | EditMessage) -> Awaitable[None]:
        refused = partial(self.refuse, client_id=frame.client_id)
        if isinstance(frame, ChatMessage):
            about = (self.member, self._post(frame), self.connection, refused)
            return self.services.messages.submit_limited(*about)
        changes = self.services.message_changes
        return changes.submit_limited(self.member, frame, self.connection, refused)

    def _submit(self, frame: ChatMessage | MessageFrame) -> None:
        refused = partial(self.refuse, client_id=frame.client_id)
        if isinstance(frame, ChatMessage):
            self.services.messages.submit(self._post(frame), self.connection, refused)
        else:
            self.services.message_changes.submit(frame, self.connection, refused)

    def _note_use(self) -> Waiting | None:
        """Whoever talks for days by one socket asks for nothing else, and uses the login too."""
        moment = time.monotonic()
        if moment - self.used_at < USE_SECONDS:
            return None
        self.used_at = moment
        return self.services.sessions.record_use_of(self.connection.session_id)

    async def _mark_read(
        self, message_id: int | None, count: int = 1, first: int | None = None
    ) -> None:
        """Answer so many frames; where `first` is given, with the digest from there on."""
        try:
            cursor = await self.services.read_marks.move_in_turn(
                self.member, message_id, self.connection
            )
            digest = await self._digest(first)
        except Exception as error:
            # A database that is locked for a moment costs an answer, not the connection.
            log.warning("not_marked_read", **self.log_fields(), error=str(error))
            for _ in range(count):
                self.refuse(Refusal("not_stored", retry_after=1))
            return
        frame = encode(MessagesMarkedRead(self.member.room_id, cursor, digest))
        for _ in range(count):
            await self.connection.drain()
            self.connection.send(frame)
        if noting := self._note_use():
            await noting

    async def _digest(self, first: int | None) -> DigestView | UnsetType:
        return UNSET if first is None else await self.services.history.digest(self.member, first)

    def _post(self, frame: ChatMessage) -> Post:
        return Post(
            self.member.room_id,
            self.member.user_id,
            self.connection.username,
            frame.message,
            frame.client_id,
            self.connection.display_name,
            frame.reply_to,
            is_of_new=time.time() < self.new_until,
            files=frame.files,
        )
