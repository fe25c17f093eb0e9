"""One HTTP request as Hypercorn serves it, over HTTP/1.1 and HTTP/2, with the missing pieces."""

import asyncio

import structlog
from hypercorn.protocol.events import Body, Event, StreamClosed
from hypercorn.protocol.http_stream import ASGIHTTPState, HTTPStream
from hypercorn.typing import ASGIReceiveEvent, ASGISendEvent

log = structlog.get_logger(__name__)

# Pieces in which a body may come: chunks, frames, or what one read has brought. Each takes 20 µs
# and more, and a body of 64 KiB could have as many of them as bytes.
BODY_PARTS = 1_000
# Of a long body, a file, there may be more when they are as long as this on the average: what a
# slow network brings has 1,400 bytes.
PART_BYTES = 512


class HttpStream(HTTPStream):
    """A request whose body does not come byte by byte, and that is told when the server stops."""

    _parts = 0
    _bytes = 0

    async def handle(self, event: Event) -> None:
        if isinstance(event, Body):
            self._parts += 1
            self._bytes += len(event.data)
            if self._parts > max(BODY_PARTS, self._bytes // PART_BYTES):
                await self._refuse()
                return
        await super().handle(event)

    async def app_send(self, message: ASGISendEvent | None) -> None:
        """What the application says; None: it has ended, in the middle of its work where the
        process could not wait for it any longer.
        """
        if message is None and self._is_unanswered and self.context.terminated.is_set():
            await self._send_error_response(503)
        if message is None or _is_last(message):
            self._forget_body()
        await super().app_send(message)

    def _forget_body(self) -> None:
        """Nobody reads the body any more. Whoever still hands on a part of it would wait for a
        place in the queue that nobody empties, and with it each later request of the connection.
        """
        queue = getattr(self.app_put, "__self__", None)
        self.app_put = _drop
        while isinstance(queue, asyncio.Queue) and not queue.empty():
            queue.get_nowait()

    @property
    def _is_unanswered(self) -> bool:
        return not self.closed and self.state is ASGIHTTPState.REQUEST

    async def _refuse(self) -> None:
        """Answer 413, unless the answer has begun: then the rest of the body goes nowhere."""
        if not self._is_unanswered:
            return
        log.info("request_refused", reason="the body comes in too many pieces")
        self.state = ASGIHTTPState.CLOSED
        await self._send_error_response(413)
        await self.send(StreamClosed(stream_id=self.stream_id))


def _is_last(message: ASGISendEvent) -> bool:
    return message["type"] == "http.response.body" and not message.get("more_body", False)


async def _drop(_: ASGIReceiveEvent) -> None:
    """What comes behind the answer."""
