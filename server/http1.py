"""HTTP/1.1: Hypercorn's, with the missing pieces."""

from dataclasses import replace

import h11 as http1
from hypercorn.events import Closed, Event, RawData
from hypercorn.protocol.events import Data, Response
from hypercorn.protocol.events import Event as StreamEvent
from hypercorn.protocol.h11 import STREAM_ID, H11Protocol, H11WSConnection

from server.closing import CLOSE_SECONDS
from server.events import Linger
from server.websocket import WebSocketStream

# For whoever is still sending what has been refused.
LINGER_SECONDS = 5.0


class Http1(H11Protocol):
    """HTTP/1.1 that stays HTTP/1.1: an `Upgrade: h2c` is ignored, as RFC 9110 allows, and every
    other version, as in the preface of HTTP/2, is answered with 505. Whoever is answered in the
    middle of a request gets to read the answer.
    """

    async def _check_protocol(self, event: http1.Request) -> None:
        """Nothing else is spoken here."""

    async def _create_stream(self, request: http1.Request) -> None:
        if request.http_version not in (b"1.0", b"1.1"):
            await self._send_error_response(505)
            await self.send(Closed())
        else:
            await super()._create_stream(request)

    @property
    def _is_sending(self) -> bool:
        return self.connection.their_state in {http1.SEND_BODY, http1.ERROR}

    async def stream_send(self, event: StreamEvent) -> None:
        if isinstance(event, Response) and event.status_code >= 200 and self._is_sending:
            # The rest of the body is not waited for: there will be no other request.
            event = replace(event, headers=[*event.headers, (b"connection", b"close")])
        await super().stream_send(event)

    async def _send_error_response(self, status_code: int) -> None:
        await super()._send_error_response(status_code)
        if self._is_sending:
            await self.send(Linger(LINGER_SECONDS))

    async def _maybe_recycle(self) -> None:
        if isinstance(self.stream, WebSocketStream):
            end = Linger(CLOSE_SECONDS, is_sending=self.stream.failure is not None)
        elif self._is_sending:
            end = Linger(LINGER_SECONDS)
        else:
            await super()._maybe_recycle()
            return
        await self._close_stream()
        await self.can_read.set()
        await self.send(end)

    async def handle(self, event: Event) -> None:
        if isinstance(self.stream, WebSocketStream) and isinstance(event, RawData):
            # What came with the request has been passed on with it. By way of h11 each read takes
            # a buffer, two copies and nine checks more.
            await self.stream.handle(Data(STREAM_ID, event.data))
            return
        await super().handle(event)
        if isinstance(event, Closed):
            # A second request that has come already would be waited for: nobody answers the first.
            if isinstance(self.connection, http1.Connection):
                self.connection = H11WSConnection(self.connection)
            await self.can_read.set()
