"""All rooms of a user beside every page, and the WebSocket with what is new in them."""

import time
from typing import Any, cast

from quart import Blueprint, Response, g

from blueprints.context import actions, forget_session, require_session
from blueprints.conversation import Conversation, current_websocket
from realtime import lobby_frames
from realtime.connection import LOBBY
from realtime.inbox import Data

blueprint = Blueprint("lobby", __name__)


@blueprint.app_template_global("my_rooms")
async def my_rooms() -> list[dict[str, Any]]:
    """The rooms of whoever asks, latest activity first. Read once a request."""
    if not hasattr(g, "my_rooms"):
        g.my_rooms = await actions().room_list((await require_session()).user_id)
    return cast("list[dict[str, Any]]", g.my_rooms)


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
        del session  # What is referred to here stays for hours.
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
