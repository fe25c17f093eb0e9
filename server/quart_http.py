"""Quart's HTTP request, with a body that is taken no faster than it is read."""

import asyncio

from hypercorn.typing import ASGIReceiveCallable
from quart import Quart, Request
from quart.asgi import ASGIHTTPConnection
from quart.wrappers.request import Body

# Bytes of one body that wait to be read; what one read of the network has brought comes on top.
WAITING_MAX = 64 << 10


class BoundedBody(Body):
    """A body that is read while it comes, however long it is: whoever reads it counts."""

    def __init__(self, expected_content_length: int | None) -> None:
        super().__init__(expected_content_length, None)
        self._taken = asyncio.Event()

    async def __anext__(self) -> bytes:
        try:
            return await super().__anext__()
        finally:
            self._taken.set()

    async def has_room(self) -> None:
        """Wait until so little waits that more may come."""
        while len(self._data) >= WAITING_MAX:
            self._taken.clear()
            await self._taken.wait()


class BoundedHttp(ASGIHTTPConnection):
    """Asks for more of such a body when there is room for it: the rest waits in the network."""

    async def handle_messages(self, request: Request, receive: ASGIReceiveCallable) -> None:
        """See Quart's."""
        body = request.body
        while True:
            if isinstance(body, BoundedBody):
                await body.has_room()
            message = await receive()
            if message["type"] == "http.request":
                body.append(message.get("body", b""))
                if not message.get("more_body", False):
                    body.set_complete()
            elif message["type"] == "http.disconnect":
                return


def install_http(app: Quart) -> None:
    """Bodies that are a BoundedBody wait; all others are as they were."""
    app.asgi_http_class = BoundedHttp
