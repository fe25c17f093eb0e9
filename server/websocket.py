"""One WebSocket as Hypercorn serves it, with the missing pieces: see server/__init__.py."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog
from hypercorn.protocol.events import Data, Event, Request
from hypercorn.protocol.ws_stream import ASGIWebsocketState
from hypercorn.typing import ConnectionState
from wsproto.events import Ping

from cooperative import TimeSlice
from server.closing import ClosingStream
from server.framing import FrameParser, encode_text, encode_texts
from server.traffic import Traffic, traffic_of
from server.transport import CLOSED, Transport

log = structlog.get_logger(__name__)

STATE_KEY = "server.stream"
# Pings that may go unanswered. With one every 20 s a dead peer is cut after 40 to 60 s.
UNANSWERED_PINGS = 2
PING_FRAME = b"\x89\x00"

# Bytes that wait in a transport while frames still go straight to it; its own high-water mark.
HIGH_WATER = 1 << 16

# Is called with each message; may return what is to be awaited before the next one.
MessageHandler = Callable[[str | bytes | None], Awaitable[None] | None]


def stream_of(scope: Mapping[str, Any]) -> "WebSocketStream | None":
    """The stream that serves this WebSocket; None when it is not Hypercorn that serves."""
    stream = (scope.get("state") or {}).get(STATE_KEY)
    return stream if isinstance(stream, WebSocketStream) else None


class WebSocketStream(ClosingStream):
    """Hypercorn's WebSocket, with an end, pings that are answered, and a way past ASGI and the
    library for what is read and written.
    """

    received_at = 0.0
    _ping_timer: asyncio.TimerHandle | None = None
    _writer: asyncio.StreamWriter | None = None
    _transport: Transport | None = None
    _queue: object = None
    _message_handler: MessageHandler | None = None
    _parser: FrameParser | None = None

    def take_over(self, on_disconnect: Callable[[], object]) -> bool:
        """From now on `on_disconnect()` is called when the peer is gone, and frames can be written
        here. False where that cannot be: over HTTP/2 the transport is shared with other streams.
        """
        self._writer = self._find_writer()
        if self._writer is None:
            return False
        self._transport = self._writer.transport
        self._on_disconnect = on_disconnect
        self._queue = getattr(self.app_put, "__self__", None)
        self.app_put = self._receive_event
        return True

    def set_message_handler(self, handler: MessageHandler) -> bool:
        """From now on messages go to `handler`. False where `take_over` was not possible."""
        if self._on_disconnect is None:
            return False
        self._message_handler = handler
        self._parser = FrameParser()
        # Nothing goes this way any more, and Hypercorn keeps it to the end: 4 KB.
        if isinstance(self._queue, asyncio.Queue):
            vars(self._queue).clear()
        self._queue = None
        return True

    def traffic(self) -> Traffic | None:
        """What it has cost the network so far."""
        return traffic_of(self._writer.transport) if self._writer else None

    # Writing

    def write(self, frame: bytes) -> bool:
        """Hand a frame to the transport, if what waits there is little: see Socket.write."""
        transport = self._transport
        if transport is None or transport.get_write_buffer_size() > HIGH_WATER:
            return False
        if not transport.is_closing():
            transport.write(encode_text(frame))
        return True

    def write_run(self, frames: list[bytes]) -> bool:
        """The same for several, in one piece."""
        transport = self._transport
        if transport is None or transport.get_write_buffer_size() > HIGH_WATER:
            return False
        if not transport.is_closing():
            transport.write(encode_texts(frames))
        return True

    async def drain_and_write(self, frame: bytes) -> None:
        """The same as soon as the peer has taken what waits."""
        if self._writer is not None:
            await self._writer.drain()
            if self._transport and not self._transport.is_closing():
                self._transport.write(encode_text(frame))

    def _begin_close(self) -> None:
        super()._begin_close()
        if self._transport is not None:
            self._transport = CLOSED

    # Reading

    async def handle(self, event: Event) -> None:
        self.received_at = time.monotonic()
        if self._parser and isinstance(event, Data):
            await self._receive_data(self._parser, event)
        elif isinstance(event, Request):
            await super().handle(self._prepare_request(event))
        else:
            await super().handle(event)

    async def _receive_data(self, parser: FrameParser, event: Data) -> None:
        """Take whole text messages past the library, which needs 40 µs for each."""
        time_slice = TimeSlice()
        for frame in parser.parse(event.data):
            if self.closed or self._frames_to_discard < 0:
                return
            if isinstance(frame, bytes):
                await super().handle(Data(event.stream_id, frame))
            elif self._close_timer:
                self._frames_to_discard -= 1
            elif self._message_handler and (waiting := self._message_handler(frame)):
                await waiting  # Nothing more is read meanwhile: the peer's window closes.
            if time_slice.is_over:
                await time_slice.pause()
        if parser.gave_up:
            self._parser = None
            await super().handle(Data(event.stream_id, parser.rest))

    async def _receive_event(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.disconnect" and self._on_disconnect:
            self._on_disconnect()
        elif message["type"] == "websocket.receive" and self._message_handler:
            text = message["text"]
            if waiting := self._message_handler(message["bytes"] if text is None else text):
                await waiting  # As above.

    # Beginning and ending

    def _prepare_request(self, request: Request) -> Request:
        """The opening request, without compression, and with this stream in its state. The state
        that comes is the lifespan's own, shared by all connections of the process: a stream left
        in it would be seen, and kept alive, by every later request.
        """
        kept = [each for each in request.headers if each[0].lower() != b"sec-websocket-extensions"]
        state = ConnectionState({**request.state, STATE_KEY: self})
        return replace(request, headers=kept, state=state)

    def _discard_input(self) -> None:
        super()._discard_input()
        self._message_handler = None

    def _cancel_timers(self) -> None:
        super()._cancel_timers()
        if self._ping_timer:
            self._ping_timer.cancel()

    # Pings

    async def _send_pings(self) -> None:
        """Hypercorn's own is a task for each connection, which sleeps in it and costs 3 KB."""
        if self.closed:
            return
        interval = self.config.websocket_ping_interval or 20
        if time.monotonic() - self.received_at >= UNANSWERED_PINGS * interval:
            log.info("peer_cut", reason="pings are not answered")
            self.abort()
            return
        self._ping_timer = asyncio.get_running_loop().call_later(interval, self._ping_again)
        if self._transport is None:
            # A peer that reads nothing blocks the ping as well.
            # (On 3.11 wait_for loses our cancellation when the ping finds the peer gone.)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(interval):
                    await self._send_wsproto_event(Ping())
        elif self.state == ASGIWebsocketState.CONNECTED and not self._transport.is_closing():
            self._transport.write(PING_FRAME)

    def _ping_again(self) -> None:
        if not self.closed:
            self.task_group.spawn(self._send_pings)
