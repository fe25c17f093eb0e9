"""The WebSocket class of Quart (`Quart.asgi_websocket_class`), with a bounded queue of received
messages: see server/__init__.py.
"""

import asyncio
from functools import partial
from typing import Any, cast

from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable
from quart import Quart, Websocket
from quart.asgi import ASGIWebsocketConnection

from server.websocket import stream_of

# Where the scope of a WebSocket has the `send` of its ASGI connection.
SEND = "server.send"


def install_websocket(app: Quart, queue_length: int) -> None:
    """Let `app` serve its WebSockets with what is here. `queue_length`: messages received ahead of
    the application, where the server does not deliver them by itself.
    """
    app.asgi_websocket_class = cast(
        "type[ASGIWebsocketConnection]", partial(BoundedWebsocket, queue_length=queue_length)
    )


class BoundedWebsocket(ASGIWebsocketConnection):
    """Quart's WebSocket with a bounded incoming queue, where its own knows no limit; or with none,
    and no task that waits for messages, where the server delivers them by itself.
    """

    queue: asyncio.Queue[Any]

    def __init__(self, app: Quart, scope: Any, *, queue_length: int) -> None:
        super().__init__(app, scope)
        self.queue = asyncio.Queue(queue_length)

    async def __call__(self, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        stream, task = stream_of(self.scope), asyncio.current_task()
        if stream is None or task is None or not stream.take_over(task.cancel):
            await super().__call__(receive, send)
            return
        self.queue = _NO_QUEUE
        await receive()  # websocket.connect: it is there already.
        try:
            if not stream.closed:  # So may its end be.
                await self.handle_websocket(self._create_websocket_from_scope(send), send)
        except asyncio.CancelledError:
            if not stream.is_closing:
                raise

    async def handle_messages(self, receive: ASGIReceiveCallable) -> None:
        while True:
            event = await receive()
            if event["type"] == "websocket.receive":
                # Quart's own fails at an empty binary message, where `text` is not there.
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
        raise RuntimeError("the messages of this WebSocket are delivered to its handler")


_NO_QUEUE = _NoQueue()
