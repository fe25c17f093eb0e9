"""The WebSocket of a user: what is new in all rooms of theirs, whatever page is open."""

import time

from quart import Blueprint, Response

from blueprints.context import actions, forget_session, require_session
from blueprints.conversation import Conversation, current_websocket
from realtime import lobby_frames
from realtime.connection import LOBBY
from realtime.inbox import Data

blueprint = Blueprint("lobby", __name__)


@blueprint.websocket("/ws/", strict_slashes=False)
async def lobby() -> Response | None:
    """Admission happens here, before accept; refusals are plain HTTP answers."""
    since = time.monotonic()
    session = await require_session()
    with actions().place_for(session.user_id):
        forget_session()
        socket = current_websocket()
        conversation = LobbyConversation(actions(), socket, session, LOBBY)
        await socket.accept()
        await conversation.run(conversation.begin(since))
    return None


class LobbyConversation(Conversation):
    """What a user does there: listen, and ask whether anybody is there."""

    __slots__ = ()

    async def begin(self, since: float) -> None:
        await self.does.enter_lobby(self.connection, since)

    async def end(self) -> None:
        self.does.leave_lobby(self.connection)

    def parse(self, data: Data) -> lobby_frames.Ping:
        return lobby_frames.parse(data)

    def act(self, frame: lobby_frames.Ping) -> None:  # noqa: ARG002 - there is only one
        self.connection.send(lobby_frames.PONG)
