"""The WebSocket beside every page, with what is new in all rooms of a user."""

import time

from quart import Blueprint, Response, websocket

from blueprints.client_addresses import network
from blueprints.context import forget_actor, require_actor, services, settings
from blueprints.sockets.handler import SocketHandler, current_websocket
from protocol.client_frames import Ping, parse_lobby_frame
from protocol.lobby_frames import Pong
from protocol.server_frames import encode
from realtime.connection import LOBBY
from realtime.inbox import Data
from services.actor import Scope

blueprint = Blueprint("lobby", __name__)

PONG = encode(Pong())


@blueprint.websocket("/ws/", strict_slashes=False)
async def lobby() -> Response | None:
    """Admission happens here, before accept; refusals are plain HTTP answers."""
    since = time.monotonic()
    actor = await require_actor(Scope.READ)
    with services().connections.admit(actor.user_id, network(websocket.remote_addr)):
        forget_actor()
        socket = current_websocket()
        handler = LobbySocketHandler(services(), settings(), socket, actor, LOBBY)
        await socket.accept()
        del actor  # What is referred to here stays for hours.
        await handler.run(handler.begin(since))
    return None


class LobbySocketHandler(SocketHandler):
    """What a user does there: listen, and ask whether anybody is there."""

    __slots__ = ()

    async def begin(self, since: float) -> None:
        await self.services.connections.enter_lobby(self.connection, since)

    async def end(self) -> None:
        self.services.connections.leave_lobby(self.connection)

    def parse(self, data: Data) -> Ping:
        return parse_lobby_frame(data)

    def handle(self, frame: Ping) -> None:  # noqa: ARG002 - there is only one
        self.connection.send(PONG)
