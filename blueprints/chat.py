"""The WebSocket of a room."""

import time
from functools import partial

import structlog
from quart import Blueprint, Response, Websocket, websocket

from blueprints.context import actions, forget_session, member_of, number, require_session
from blueprints.conversation import Conversation, current_websocket
from models import Draft, Membership, Refusal, Session
from models.batch import Outcome
from realtime import frames
from realtime.actions import Actions
from realtime.inbox import Data, Waiting

blueprint = Blueprint("chat", __name__)
log = structlog.get_logger(__name__)


@blueprint.websocket("/ws/chat/<int:room_id>/", strict_slashes=False)
async def chat(room_id: int) -> Response | None:
    """Admission happens here, before accept; refusals are plain HTTP answers."""
    since = time.monotonic()
    after = number(websocket.args, "after")
    session = await require_session()
    with actions().place_for(session.user_id):
        member = await member_of(room_id)
        forget_session()
        socket = current_websocket()
        conversation = RoomConversation(actions(), socket, session, member)
        await socket.accept()
        del session, member  # What is referred to here stays for hours.
        reads_by_itself = socket.args.get("read") != "manual"
        await conversation.run(conversation.begin(after, since, reads_by_itself))
    return None


class RoomConversation(Conversation):
    """What a member does in a room."""

    __slots__ = ("arrived", "member")

    def __init__(
        self, does: Actions, socket: Websocket, session: Session, member: Membership
    ) -> None:
        super().__init__(does, socket, session, member.room_id)
        self.member = member
        self.arrived = False

    async def begin(self, after: int | None, since: float, reads_by_itself: bool) -> None:
        await self.does.join(self.connection, after, since)
        self.arrived = True
        await self.does.arrive(self.connection)
        if reads_by_itself:
            await self.does.mark_read(self.member, reader=self.connection)

    async def end(self) -> None:
        if self.arrived:
            self.does.depart(self.connection)
        await self.does.hub.leave(self.connection)

    def parse(self, data: Data) -> frames.ClientFrame:
        return frames.parse(data)

    def act(self, frame: frames.ClientFrame) -> Waiting | None:
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
            log.warning("not_marked_read", **self.who(), error=str(error))
            self.refuse(Refusal("not_stored", retry_after=1))
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
            self.refuse(outcome, client_id)
        else:
            self.connection.send(frames.message_sent(outcome[0]))
