"""How our WebSockets read and write: past ASGI where server/ serves them, by plain ASGI elsewhere;
with back-pressure in both directions.
"""

import asyncio
from typing import Any, cast

from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable
from quart import Quart, Websocket

from realtime.inbox import INCOMING, Data
from server import SEND, WebSocketStream

# Where the scope of a WebSocket has the semaphore of messages that may be received ahead.
RECEIVE_WINDOW = "beseda.receive_window"


class StreamSocket:
    """Writes past ASGI, where the server lets us."""

    def __init__(self, websocket: Websocket, stream: WebSocketStream) -> None:
        self.write = stream.write
        self.write_run = stream.write_run
        self.send = stream.drain_and_write
        self.close = websocket.close


class PlainSocket:
    """Writes as the ASGI server offers it. Quart's own `send` gives the loop away after each frame:
    a writer with fifty frames waiting would need fifty rounds of the loop, while its queue fills.
    """

    def __init__(self, websocket: Websocket) -> None:
        self.close = websocket.close
        self._send: ASGISendCallable = _scope(websocket)[SEND]

    def write(self, frame: bytes) -> bool:  # noqa: ARG002
        """ASGI knows no sending without waiting."""
        return False

    def write_run(self, frames: list[bytes]) -> bool:  # noqa: ARG002
        """Nor is it cheaper to send several."""
        return False

    async def send(self, frame: bytes) -> None:
        await self._send({"type": "websocket.send", "bytes": None, "text": frame.decode()})


def init_plain_asgi(app: Quart) -> None:
    """Give Quart's own WebSocket class back-pressure, by an ASGI middleware: its queue has no
    limit, but it asks the server for no message while INCOMING of them are not received yet.
    """
    inner = app.asgi_app

    async def back_pressure(
        scope: Any, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        if scope["type"] == "websocket":
            window = asyncio.Semaphore(INCOMING)
            scope = {**scope, SEND: send, RECEIVE_WINDOW: window}
            receive = _bounded(receive, window)
        await inner(scope, receive, send)

    app.asgi_app = back_pressure  # type: ignore[method-assign]


def _bounded(receive: ASGIReceiveCallable, window: asyncio.Semaphore) -> ASGIReceiveCallable:
    async def bounded() -> Any:
        event: Any = await receive()
        if event["type"] == "websocket.receive":
            await window.acquire()
            # ASGI lets servers leave out the one that is not there; Quart asks for it.
            event = {"bytes": None, "text": None, **event}
        return event

    return bounded


async def receive(websocket: Websocket) -> Data:
    """The next message of a WebSocket whose server does not deliver them by itself."""
    data: Data = await websocket.receive()
    if window := _scope(websocket).get(RECEIVE_WINDOW):
        window.release()
    return data


def _scope(websocket: Websocket) -> dict[str, Any]:
    return cast("dict[str, Any]", websocket.scope)
