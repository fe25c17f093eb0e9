"""The sockets of a browser window, for tests that cut them or answer in the server's place."""

import json
import re
from collections.abc import Callable

from playwright.async_api import BrowserContext, Page, WebSocketRoute

Answer = Callable[[dict[str, str]], dict[str, str] | None]


class Wire:
    """The sockets of a browser window; pages load all the same while it is cut.

    `refuse` answers a chat_message instead of the server; `is_mute` keeps back what the server
    says about one.
    """

    def __init__(self) -> None:
        self.is_cut = False
        self.is_mute = False
        self.kept_back = 0
        self.refuse: Answer = lambda _: None
        self.refused = 0
        self.sent: list[str] = []
        self._open: list[WebSocketRoute] = []

    @classmethod
    async def of(cls, window: BrowserContext | Page) -> "Wire":
        wire = cls()
        await window.route_web_socket(re.compile("/ws/chat/"), wire._handle)
        return wire

    async def cut(self) -> None:
        """Close every socket, and every new one."""
        self.is_cut = True
        for socket in self._open:
            await socket.close(code=1012)
        self._open.clear()

    async def _handle(self, socket: WebSocketRoute) -> None:
        if self.is_cut:
            self.refused += 1
            await socket.close(code=1012)
            return
        self._open.append(socket)
        server = socket.connect_to_server()
        socket.on_message(lambda data: self._say(socket, server, str(data)))
        server.on_message(lambda data: self._hear(socket, str(data)))

    def _say(self, socket: WebSocketRoute, server: WebSocketRoute, data: str) -> None:
        frame = json.loads(data)
        if frame["type"] == "chat_message":
            self.sent.append(frame["message"])
            if answer := self.refuse(frame):
                socket.send(json.dumps(answer))
                return
        server.send(data)

    def _hear(self, socket: WebSocketRoute, data: str) -> None:
        if self.is_mute and json.loads(data)["type"] in ("chat_message", "message_sent"):
            self.kept_back += 1
        else:
            socket.send(data)
