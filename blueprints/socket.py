"""How our WebSockets read and write: with back-pressure in, and without detours out."""

import asyncio
from typing import Any, cast

from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable
from quart import Quart, Websocket
from quart.asgi import ASGIWebsocketConnection

from realtime.hypercorn import Stream, stream_of
from realtime.inbox import INCOMING

SEND = "beseda.send"
# For a peer that answers no close frame, or is in the middle of sending.
LINGER_SECONDS = 1.0


class BoundedWebsocket(ASGIWebsocketConnection):
    """Quart's WebSocket with a bounded incoming queue, where its own knows no limit; or with none,
    and no task that waits for messages, where the server hands them over by itself.
    """

    queue: asyncio.Queue[Any]

    def __init__(self, app: Quart, scope: Any) -> None:
        super().__init__(app, scope)
        self.queue = asyncio.Queue(INCOMING)

    async def __call__(self, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        stream, task = stream_of(self.scope), asyncio.current_task()
        if stream is None or task is None or not stream.attend(task.cancel):
            await super().__call__(receive, send)
            return
        self.queue = _NO_QUEUE
        await receive()  # websocket.connect: it is there already.
        try:
            await self.handle_websocket(self._create_websocket_from_scope(send), send)
            if self._accepted:
                # Its answer to our close frame cancels this. Closed with something unread, the
                # connection would be reset, and the reset overtake the close frame and its code.
                await asyncio.sleep(LINGER_SECONDS)
        except asyncio.CancelledError:
            if not stream.closed:
                raise

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


class _NoQueue(asyncio.Queue[Any]):
    async def get(self) -> Any:
        raise RuntimeError("the messages of this WebSocket go to its listener")


_NO_QUEUE = _NoQueue()


class StreamSocket:
    """Writes past ASGI, where the server lets us."""

    def __init__(self, websocket: Websocket, stream: Stream) -> None:
        self.write = stream.write
        self.write_run = stream.write_run
        self.send = stream.write_later
        self.close = websocket.close


class PlainSocket:
    """Writes as the ASGI server offers it. Quart's own `send` gives the loop away after each frame:
    a writer with fifty frames waiting would need fifty rounds of the loop, while its queue fills.
    """

    def __init__(self, websocket: Websocket) -> None:
        self.close = websocket.close
        self._send: ASGISendCallable = cast("dict[str, Any]", websocket.scope)[SEND]

    def write(self, frame: bytes) -> bool:  # noqa: ARG002
        """ASGI knows no sending without waiting."""
        return False

    def write_run(self, frames: list[bytes]) -> bool:  # noqa: ARG002
        """Nor is it cheaper to send several."""
        return False

    async def send(self, frame: bytes) -> None:
        await self._send({"type": "websocket.send", "bytes": None, "text": frame.decode()})
