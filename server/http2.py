"""HTTP/2: Hypercorn's, with the missing pieces."""

import asyncio
import contextlib
import time

import h2.events
import structlog
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import Event as Received
from h2.exceptions import ProtocolError
from hypercorn.events import Closed, Event, RawData, Updated
from hypercorn.protocol.events import Body, Data, StreamClosed
from hypercorn.protocol.events import Event as StreamEvent
from hypercorn.protocol.h2 import BUFFER_HIGH_WATER, H2Protocol, StreamBuffer

from cooperative import TimeSlice
from server.events import Linger
from server.http1 import LINGER_SECONDS
from server.http2_frames import FrameBudget, RoundRobin
from server.tcp import MIN_PROGRESS, SEND_SECONDS

log = structlog.get_logger(__name__)

# The library reads what it is given in one piece, at 30 µs for a frame of 17 bytes.
CHUNK = 1 << 10
# For each frame of data many peers open two windows again: the stream's and the connection's.
WINDOWS = 2
# How often it is looked whether the peer takes what it has asked for.
CHECK_SECONDS = 2.0


class SendBuffer(StreamBuffer):
    """What a stream is to be sent. It knows since when the peer has taken nothing."""

    taken_at = 0.0
    _taken = 0

    async def push(self, data: bytes) -> None:
        if not self.buffer:
            self.taken_at = time.monotonic()
        await super().push(data)

    async def pop(self, max_length: int) -> bytes:
        data = await super().pop(max_length)
        self._taken += len(data)
        if self._taken >= MIN_PROGRESS or not self.buffer:
            self._taken, self.taken_at = 0, time.monotonic()
        return data

    def is_stalled(self, now: float) -> bool:
        return bool(self.buffer) and now - self.taken_at > SEND_SECONDS


class Http2(H2Protocol):
    """HTTP/2 whose streams have an end, also where the peer does not do its part."""

    connection: H2Connection
    priority: RoundRobin  # type: ignore[assignment]
    _check_timer: asyncio.TimerHandle | None = None

    async def initiate(self, *upgrade: object) -> None:
        self.priority = RoundRobin()
        self._budget = FrameBudget()
        self._time_slice = TimeSlice()
        # Hypercorn tells the peer, and lets the library go by its own number.
        self.connection.decoder.max_header_list_size = self.config.h2_max_header_list_size
        await super().initiate(*upgrade)  # type: ignore[arg-type]
        self._check_streams()

    async def handle(self, event: Event) -> None:
        if isinstance(event, RawData):
            self._time_slice = TimeSlice()
            for start in range(0, len(event.data), CHUNK):
                await self._receive(event.data[start : start + CHUNK])
            return
        if isinstance(event, Closed):
            for buffer in self.stream_buffers.values():
                await buffer.close()  # Whoever waits for room in it would wait for ever.
            if self._check_timer:
                self._check_timer.cancel()
        await super().handle(event)

    async def _receive(self, data: bytes) -> None:
        if self.closed:
            return
        if self._budget.spend(data):
            await super().handle(RawData(data))
        else:
            log.info("peer_cut", reason="too many frames that bring nothing")
            self.connection.close_connection(ErrorCodes.ENHANCE_YOUR_CALM)
            await self._flush()
            await self.handle(Closed())
            await self.send(Linger(LINGER_SECONDS))
        await self._pause()

    async def _pause(self) -> None:
        if self._time_slice.is_over:
            await self._time_slice.pause()

    async def _handle_events(self, events: list[Received]) -> None:
        for event in events:
            if self.closed:
                return
            with contextlib.suppress(ProtocolError):  # We have ended the connection meanwhile.
                await self._handle_event(event)
            await self._pause()
        await self._flush()

    async def _handle_event(self, event: Received) -> None:
        if isinstance(event, h2.events.DataReceived) and event.stream_id not in self.streams:
            # It has been answered already, or was refused.
            self.connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        else:
            await super()._handle_events([event])
        if isinstance(event, h2.events.StreamReset):
            # Browsers end WebSockets so: a connection without streams is idle.
            await self.send(Updated(idle=self.idle))

    async def _priority_updated(self, event: h2.events.PriorityUpdated) -> None:
        """All streams are sent in turn: see RoundRobin."""

    async def _create_stream(self, request: h2.events.RequestReceived) -> None:
        fields = dict(request.headers)
        path, method = fields.get(b":path", b""), fields.get(b":method", b"")
        if not path.isascii() or not path or not method.isascii():
            self._reset(request.stream_id, ErrorCodes.PROTOCOL_ERROR)
            return
        await super()._create_stream(request)

    async def stream_send(self, event: StreamEvent) -> None:
        # What is long in parts, of which no more waits than the peer takes: each of them is told to
        # the task that sends, which has put the stream away when it had sent the part before.
        if isinstance(event, (Body, Data)):
            for start in range(0, len(event.data), BUFFER_HIGH_WATER):
                part = event.data[start : start + BUFFER_HIGH_WATER]
                await super().stream_send(type(event)(stream_id=event.stream_id, data=part))
            return
        await super().stream_send(event)
        if isinstance(event, StreamClosed):
            await self._complete(event.stream_id)

    async def _complete(self, stream_id: int) -> None:
        """End a stream whose application has ended, as soon as the peer has taken what waits."""
        if buffer := self.stream_buffers.get(stream_id):
            buffer.set_complete()
            self.priority.unblock(stream_id)
            await self.has_data.set()
        else:
            self._reset(stream_id, ErrorCodes.NO_ERROR)
            await self._flush()

    async def send_task(self) -> None:
        time_slice = TimeSlice()
        while not self.closed:
            stream_id = self.priority.next_stream()
            if stream_id is None:
                await self.has_data.wait()
                await self.has_data.clear()
                time_slice = TimeSlice()
            else:
                await self._send_data(stream_id)
                if time_slice.is_over:
                    await time_slice.pause()

    async def _send_data(self, stream_id: int) -> None:
        buffer = self.stream_buffers[stream_id]
        before = len(buffer.buffer)
        await super()._send_data(stream_id)
        sent = before - len(buffer.buffer)
        if sent >= MIN_PROGRESS or (sent > 0 and not buffer.buffer):
            # The windows that the peer opens for it again; not where it opens them byte by byte.
            self._budget.refund(WINDOWS)
        if stream_id not in self.stream_buffers and stream_id not in self.streams:
            self._reset(stream_id, ErrorCodes.NO_ERROR)
            await self._flush()

    def _reset(self, stream_id: int, code: ErrorCodes) -> None:
        """End the peer's half of the stream as well, if it has not ended yet."""
        stream = self.connection.streams.get(stream_id)
        if stream and not stream.closed:
            with contextlib.suppress(ProtocolError):  # The whole connection has ended.
                self.connection.reset_stream(stream_id, code)

    def _check_streams(self) -> None:
        loop = asyncio.get_running_loop()
        self._check_timer = loop.call_later(CHECK_SECONDS, self._check_streams)
        now = time.monotonic()
        for stream_id, buffer in self.stream_buffers.items():
            if isinstance(buffer, SendBuffer) and buffer.is_stalled(now):
                log.info("peer_cut", reason="an answer is not taken", unsent=len(buffer.buffer))
                self.task_group.spawn(self.abort_stream, stream_id)

    async def abort_stream(self, stream_id: int) -> None:
        """End a stream now, whatever is still unsent."""
        self._reset(stream_id, ErrorCodes.CANCEL)
        if buffer := self.stream_buffers.get(stream_id):
            await buffer.close()
            self.priority.unblock(stream_id)  # The task that sends puts it away.
            await self.has_data.set()
        await self._flush()
        await super().stream_send(StreamClosed(stream_id=stream_id))
