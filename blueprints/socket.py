"""How our WebSockets read and write: with back-pressure in, and without detours out."""

import asyncio
from typing import Any, cast

from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable
from quart import Quart, Websocket
from quart.asgi import ASGIWebsocketConnection

# Frames read ahead of the handler. Quart's own queue is unbounded: a peer that sends faster than
# the database stores would fill the memory, where now its TCP window closes.
INCOMING = 32
SEND = "beseda.send"


class BoundedWebsocket(ASGIWebsocketConnection):
    """Quart's WebSocket with a bounded incoming queue."""

    def __init__(self, app: Quart, scope: Any) -> None:
        super().__init__(app, scope)
        self.queue: asyncio.Queue[Any] = asyncio.Queue(INCOMING)

    async def handle_messages(self, receive: ASGIReceiveCallable) -> None:
        while True:
            event = await receive()
            if event["type"] == "websocket.receive":
                # An empty binary frame arrives as None; frames.parse says what is wrong with it.
                text = event.get("text")
                await self.queue.put(event.get("bytes") if text is None else text)
            elif event["type"] == "websocket.disconnect":
                return

    def _create_websocket_from_scope(self, send: ASGISendCallable) -> Websocket:
        websocket = super()._create_websocket_from_scope(send)
        cast("dict[str, Any]", websocket.scope)[SEND] = send
        return websocket


class PlainSocket:
    """Writes as the ASGI server offers it. Quart's own `send` gives the loop away after each frame:
    a writer with fifty frames waiting would need fifty rounds of the loop, while its queue fills.
    """

    def __init__(self, websocket: Websocket) -> None:
        self._websocket = websocket
        self._send: ASGISendCallable = cast("dict[str, Any]", websocket.scope)[SEND]

    async def send(self, data: str) -> None:
        await self._send({"type": "websocket.send", "bytes": None, "text": data})

    async def close(self, code: int, reason: str = "") -> None:
        await self._websocket.close(code, reason)
