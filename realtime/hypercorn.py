"""What our sockets need from Hypercorn beyond ASGI.

Under any other ASGI server nothing here takes effect, and Beseda runs by plain ASGI. Written
against Hypercorn 0.18.0, which is pinned; tests/resilience/test_hypercorn.py fails where a
point no longer works.

- Draining. Hypercorn tells no application that it is stopping before its sockets are gone (from
  Python 3.12 on it waits for them without limit: hypercorn issue 308). Its worker context knows.
- permessage-deflate. Hypercorn accepts it always (hypercorn issue 307): 100 KB a connection, and
  inflating has no limit, so that a frame of 39 KB can fill 78 MB. It is not offered.
- Orphans. A worker whose parent was killed with -9 goes on, and keeps the port from the next one.
- Half-open peers. Hypercorn sends pings and never looks for pongs. `read_timeout` would do, but it
  ends every HTTP request that takes longer as well.
- Ending. An application that ends with ten frames unread leaves Hypercorn waiting for ever to hand
  it the next one, and the connection open.
- Cutting. There is no way in ASGI to drop a peer that takes nothing, not even a close frame.
- Writing. Through ASGI and wsproto each delivery of a frame costs 17 to 35 µs. Framed once and
  handed to each transport it costs 5, and what is written in one turn of uvloop's goes to the
  kernel in one call. The transport's buffer is the back-pressure.
- Reading. A message goes straight to who listens to it, not through two queues and two tasks.
"""

import asyncio
import contextlib
import multiprocessing
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from hypercorn.asyncio import run
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.protocol import h2, h11
from hypercorn.protocol.events import Data, Event, Request, StreamClosed
from hypercorn.protocol.ws_stream import ASGIWebsocketState, WSStream
from hypercorn.typing import ASGISendEvent
from wsproto.events import Ping

from realtime.wire import Cutter, framed, framed_run

log = structlog.get_logger(__name__)

KEY = "beseda.stream"
# Pings that may go unanswered. With one every 20 s a dead peer is cut after 40 to 60 s.
UNANSWERED = 2
PING = b"\x89\x00"

# Bytes that wait in a transport while frames still go straight to it; its own high-water mark.
BUFFERED = 1 << 16

Stopping = Callable[[], Awaitable[None]]
# Is called with each message; may return what is to be awaited before the next one.
Listener = Callable[[str | bytes | None], Awaitable[None] | None]


def install(stopping: Stopping) -> None:
    """Let Hypercorn serve our sockets by Stream, and await `stopping()` when it begins to stop."""

    class Context(WorkerContext):
        def __init__(self, max_requests: int | None) -> None:
            super().__init__(max_requests)
            loop = asyncio.get_running_loop()
            self.watch = loop.create_task(self.tell(), name="worker-stopping")
            if parent := multiprocessing.parent_process():
                # The first worker that has ended makes Hypercorn's parent terminate the others,
                # in the middle of their draining. Let the signal begin what the parent wants.
                loop.add_signal_handler(signal.SIGTERM, self.end)
                # A parent that was killed tells nobody: its worker would keep the port for ever.
                loop.add_reader(parent.sentinel, self.end, parent.sentinel)

        async def tell(self) -> None:
            await self.terminated.wait()
            await stopping()

        def end(self, sentinel: int | None = None) -> None:
            if sentinel is not None:
                asyncio.get_running_loop().remove_reader(sentinel)
            self.ending = asyncio.ensure_future(self.terminate.set())

    run.WorkerContext = Context  # type: ignore[attr-defined]
    h11.WSStream = Stream  # type: ignore[attr-defined]
    h2.WSStream = Stream  # type: ignore[attr-defined]


def stream_of(scope: Mapping[str, Any]) -> "Stream | None":
    """The stream that serves this WebSocket; None when it is not Hypercorn that serves."""
    stream = (scope.get("state") or {}).get(KEY)
    return stream if isinstance(stream, Stream) else None


async def _nowhere(_: object) -> None:
    """Where the frames go that nobody reads any more."""


class Stream(WSStream):
    """Hypercorn's WebSocket, with the missing pieces."""

    heard_at = 0.0
    _ping_timer: asyncio.TimerHandle | None = None
    _writer: asyncio.StreamWriter | None = None
    _transport: asyncio.WriteTransport | None = None
    _gone: Callable[[], object] | None = None
    _queue: object = None
    _listener: Listener | None = None
    _cutter: Cutter | None = None

    def attend(self, gone: Callable[[], object]) -> bool:
        """From now on `gone()` is called when the peer is gone, and frames can be written here.
        False where that cannot be: over HTTP/2 the transport is shared with other streams.
        """
        self._writer = self._find_writer()
        if self._writer is None:
            return False
        self._transport = self._writer.transport
        self._gone = gone
        self._queue = getattr(self.app_put, "__self__", None)
        self.app_put = self._receive
        return True

    def listen(self, listener: Listener) -> bool:
        """From now on messages go to `listener`, if this stream is attended."""
        if self._gone is None:
            return False
        self._listener = listener
        self._cutter = Cutter()
        # Nothing goes this way any more, and Hypercorn keeps it to the end: 4 KB.
        if isinstance(self._queue, asyncio.Queue):
            vars(self._queue).clear()
        self._queue = None
        return True

    def write(self, frame: bytes) -> bool:
        """Hand a frame to the transport, if what waits there is little: see Socket.write."""
        transport = self._transport
        if transport is None or transport.get_write_buffer_size() > BUFFERED:
            return False
        if not transport.is_closing():
            transport.write(framed(frame))
        return True

    def write_run(self, frames: list[bytes]) -> bool:
        """The same for several, in one piece."""
        transport = self._transport
        if transport is None or transport.get_write_buffer_size() > BUFFERED:
            return False
        if not transport.is_closing():
            transport.write(framed_run(frames))
        return True

    async def write_later(self, frame: bytes) -> None:
        """The same as soon as the peer has taken what waits."""
        if self._writer is not None:
            await self._writer.drain()
            self._writer.write(framed(frame))

    async def _take(self, cutter: Cutter, event: Data) -> None:
        """Take whole text messages past the library, which needs 40 µs for each."""
        for frame in cutter.cut(event.data):
            if isinstance(frame, bytes):
                await super().handle(Data(event.stream_id, frame))
            elif self._listener and (waiting := self._listener(frame)):
                await waiting  # Nothing more is read meanwhile: the peer's window closes.
        if cutter.is_over:
            self._cutter = None
            await super().handle(Data(event.stream_id, cutter.rest))

    async def _receive(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.disconnect" and self._gone:
            self._gone()
        elif message["type"] == "websocket.receive" and self._listener:
            text = message["text"]
            if waiting := self._listener(message["bytes"] if text is None else text):
                await waiting  # As above.

    def _find_writer(self) -> asyncio.StreamWriter | None:
        protocol = getattr(self.send, "__self__", None)
        if not isinstance(protocol, h11.H11Protocol):
            return None
        return getattr(getattr(protocol.send, "__self__", None), "writer", None)

    async def handle(self, event: Event) -> None:
        self.heard_at = time.monotonic()
        if self._cutter and isinstance(event, Data):
            await self._take(self._cutter, event)
            return
        if isinstance(event, Request):
            event.headers[:] = [
                (name, value)
                for name, value in event.headers
                if name.lower() != b"sec-websocket-extensions"
            ]
            # Copied into the scope of this one WebSocket.
            event.state[KEY] = self
        await super().handle(event)
        if isinstance(event, StreamClosed) and self._ping_timer:
            self._ping_timer.cancel()

    def cut(self) -> None:
        """Drop the peer now, whatever is still unsent."""
        if writer := self._find_writer():
            writer.transport.abort()
        else:  # Over HTTP/2 other streams share the transport.
            self.task_group.spawn(self.handle, StreamClosed(stream_id=self.stream_id))

    async def app_send(self, message: ASGISendEvent | None) -> None:
        if message is None:
            self._ignore_input()
        await super().app_send(message)

    def _ignore_input(self) -> None:
        self._listener = self._gone = None
        queue = getattr(self.app_put, "__self__", None)
        self.app_put = _nowhere
        while isinstance(queue, asyncio.Queue) and not queue.empty():
            queue.get_nowait()

    async def _send_pings(self) -> None:
        """Hypercorn's own is a task for each connection, which sleeps in it and costs 3 KB."""
        if self.closed:
            return
        interval = self.config.websocket_ping_interval or 20
        if time.monotonic() - self.heard_at >= UNANSWERED * interval:
            log.info("peer_cut", reason="pings are not answered")
            self.cut()
            return
        self._ping_timer = asyncio.get_running_loop().call_later(interval, self._ping_again)
        if self._transport is None:
            # A peer that reads nothing blocks the ping as well.
            # (On 3.11 wait_for loses our cancellation when the ping finds the peer gone.)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(interval):
                    await self._send_wsproto_event(Ping())
        elif self.state == ASGIWebsocketState.CONNECTED and not self._transport.is_closing():
            self._transport.write(PING)

    def _ping_again(self) -> None:
        if not self.closed:
            self.task_group.spawn(self._send_pings)
