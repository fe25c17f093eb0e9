"""A WebSocket that ends as RFC 6455 says: see server/__init__.py."""

import asyncio
from collections.abc import Callable

from hypercorn.protocol.events import Body, Data, EndBody, Event, StreamClosed
from hypercorn.protocol.h11 import H11Protocol
from hypercorn.protocol.ws_stream import ASGIWebsocketState, FrameTooLargeError, WSStream
from hypercorn.typing import ASGISendEvent
from wsproto.connection import ConnectionState as Handshake
from wsproto.events import CloseConnection, Message, Ping
from wsproto.events import Event as WebSocketEvent
from wsproto.frame_protocol import CloseReason

from cooperative import TimeSlice

# A connection ends so many seconds after our close frame, whether or not the peer has answered it.
CLOSE_SECONDS = 2.0
# Frames that were under way to us when we closed are looked through for the answer; no more.
FRAMES_AFTER_CLOSE = 1000


async def _discard(_: object) -> None:
    """Where the frames go that nobody reads any more."""


class ClosingStream(WSStream):
    """Hypercorn's WebSocket, with an end to every connection, and nothing after a close frame.

    Attributes:
        failure: code and reason, where it was the server that ended the connection by itself.
        on_control: is called with each frame that is no whole message: pings, pongs, parts.
    """

    failure: tuple[int, str] | None = None
    on_control: Callable[[], object] | None = None
    _on_disconnect: Callable[[], object] | None = None
    _close_timer: asyncio.TimerHandle | None = None
    _frames_to_discard = FRAMES_AFTER_CLOSE

    @property
    def is_closing(self) -> bool:
        """Whether the peer is gone, or a close frame has gone out: nothing follows it."""
        return self.closed or self._close_timer is not None

    def abort(self) -> None:
        """Drop the peer now, whatever is still unsent."""
        if writer := self._find_writer():
            writer.transport.abort()
        elif abort_stream := getattr(getattr(self.send, "__self__", None), "abort_stream", None):
            self.task_group.spawn(
                abort_stream, self.stream_id
            )  # Http2: other streams share the transport.

    def _find_writer(self) -> asyncio.StreamWriter | None:
        protocol = getattr(self.send, "__self__", None)
        if not isinstance(protocol, H11Protocol):
            return None
        return getattr(getattr(protocol.send, "__self__", None), "writer", None)

    # What the peer sends

    async def handle(self, event: Event) -> None:
        if isinstance(event, Body | Data) and self.handshake.accepted:
            if self._frames_to_discard >= 0:
                await super().handle(event)
            return
        was_closed = self.closed
        await super().handle(event)
        if isinstance(event, StreamClosed):
            self._cancel_timers()
        elif not was_closed and (self.closed or isinstance(event, EndBody)):
            await self._disconnect()

    async def _handle_events(self) -> None:
        time_slice = TimeSlice()
        for event in self.connection.events():
            if isinstance(event, CloseConnection):
                await self._on_close_frame(event)
            elif self._close_timer:
                self._frames_to_discard -= 1
            else:
                await self._on_event(event)
            if self.closed or self._frames_to_discard < 0:
                return
            if time_slice.is_over:
                await time_slice.pause()

    async def _on_event(self, event: WebSocketEvent) -> None:
        if isinstance(event, Message):
            try:
                self.buffer.extend(event)
            except FrameTooLargeError:
                await self._fail(CloseReason.MESSAGE_TOO_BIG, "too big")
                return
            if event.message_finished and self.app_put is not None:
                message = self.buffer.to_message()
                self.buffer.clear()
                await self.app_put(message)
            if event.message_finished or not event.frame_finished:
                return
        elif isinstance(event, Ping):
            await self._send_wsproto_event(event.response())
        if self.on_control:
            self.on_control()

    async def _on_close_frame(self, event: CloseConnection) -> None:
        if self.connection.state is Handshake.OPEN:  # The peer has broken the protocol.
            await self._fail(event.code, event.reason or "")
            return
        if self.connection.state is Handshake.REMOTE_CLOSING:
            await self._close_without_answer(event.response())
        else:
            await self.send(StreamClosed(stream_id=self.stream_id))

    # How it ends

    async def _fail(self, code: int, reason: str) -> None:
        self.failure = (code, reason)
        self.buffer.clear()
        await self._close_without_answer(CloseConnection(code=code, reason=reason))

    async def _close_without_answer(self, event: CloseConnection) -> None:
        """Send a close frame, and expect no answer."""
        self._begin_close()
        if self._on_disconnect:
            self._on_disconnect()  # Now: the peer may not take the close frame for a while.
        await self._send_wsproto_event(event)
        await self.send(StreamClosed(stream_id=self.stream_id))

    async def _disconnect(self) -> None:
        """Hypercorn has refused the peer by itself, or the peer has ended its half of the stream
        without a close frame. Hypercorn tells nobody, and keeps the connection for ever.
        """
        self.closed = True
        if self.app_put is not None:
            await self.app_put({"type": "websocket.disconnect", "code": 1006})
        await self.send(StreamClosed(stream_id=self.stream_id))

    async def _send_wsproto_event(self, event: WebSocketEvent) -> None:
        if isinstance(event, CloseConnection):
            self._begin_close()
        await super()._send_wsproto_event(event)

    def _begin_close(self) -> None:
        """A close frame goes out."""
        if self._close_timer is None:
            self._close_timer = asyncio.get_running_loop().call_later(CLOSE_SECONDS, self.abort)

    def _cancel_timers(self) -> None:
        if self._close_timer:
            self._close_timer.cancel()

    async def app_send(self, message: ASGISendEvent | None) -> None:
        if message is None:
            self._discard_input()
            if self.state == ASGIWebsocketState.CONNECTED and not self.closed:
                await self._send_wsproto_event(CloseConnection(code=CloseReason.INTERNAL_ERROR))
            if self._close_timer and not self.closed:
                return  # The peer's answer to the close frame ends it, or the timer.
        await super().app_send(message)

    def _discard_input(self) -> None:
        self._on_disconnect = self.on_control = None
        queue = getattr(self.app_put, "__self__", None)
        self.app_put = _discard
        while isinstance(queue, asyncio.Queue) and not queue.empty():
            queue.get_nowait()
