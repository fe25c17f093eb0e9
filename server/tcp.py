"""The TCP connection below HTTP and WebSockets: Hypercorn's, with an end to every wait."""

import asyncio
import contextlib
import fcntl
import struct
import termios
from collections.abc import Awaitable
from ssl import SSLError

import structlog
from hypercorn.asyncio.tcp_server import MAX_RECV, TCPServer
from hypercorn.events import Closed, Event, RawData

from server.events import Linger

log = structlog.get_logger(__name__)

# A peer has to take MIN_PROGRESS bytes in so many seconds, or all that there are.
SEND_SECONDS = 10.0
MIN_PROGRESS = 1 << 10
# How long a TLS peer may take to agree to the end of a connection; uvloop would wait for 30.
TLS_CLOSE_SECONDS = 1.0
# What is thrown away after a request that was refused in the middle: an upload of some minutes'
# typing or of a photograph; not a film.
LINGER_BYTES = 16 << 20
# Below this an asyncio transport has not told its writers to wait.
LOW_WATER = 1 << 14


class TcpConnection(TCPServer):
    """One connection. Whoever does not take an answer is dropped, and whoever is refused in the
    middle of sending gets to read why.
    """

    # There from the moment on that nothing more is said.
    _linger_end: asyncio.TimerHandle | None = None

    async def run(self) -> None:
        """Cut off at the end of the process, it ends without a word: of a cancelled one asyncio
        logs a stack trace, in Python 3.11.7 and before.
        """
        with contextlib.suppress(asyncio.CancelledError):
            await super().run()

    async def protocol_send(self, event: Event) -> None:
        """What the protocol above has to say."""
        if isinstance(event, RawData):
            await self._write(event.data)
        elif isinstance(event, Linger):
            await self._linger(event)
        elif not (isinstance(event, Closed) and self._linger_end):
            await super().protocol_send(event)

    async def _write(self, data: bytes) -> None:
        async with self.send_lock:
            try:
                self.writer.write(data)
                drained = self.writer.drain()
                if self.writer.transport.get_write_buffer_size() <= LOW_WATER:
                    await drained
                else:
                    await self._await_progress(drained)
            except (ConnectionError, RuntimeError):
                await self.protocol.handle(Closed())

    async def _await_progress(self, waiting: Awaitable[None]) -> None:
        """Await this as long as the peer takes what it has asked for; else drop the peer."""
        task = asyncio.ensure_future(waiting)
        unsent = self._unsent_bytes()
        try:
            while not (await asyncio.wait({task}, timeout=SEND_SECONDS))[0]:
                before, unsent = unsent, self._unsent_bytes()
                if before - unsent < MIN_PROGRESS:
                    log.info("peer_cut", reason="an answer is not taken", unsent=unsent)
                    self.writer.transport.abort()
                    break
            await task
        finally:
            task.cancel()

    def _unsent_bytes(self) -> int:
        """Bytes that the peer has not acknowledged yet, here and in the kernel. A slow peer takes
        from the kernel for a long time before the kernel takes from us.
        """
        size = self.writer.transport.get_write_buffer_size()
        with contextlib.suppress(OSError, AttributeError):  # Not Linux; closed meanwhile.
            socket = self.writer.get_extra_info("socket")
            queued = fcntl.ioctl(socket.fileno(), termios.TIOCOUTQ, bytes(4))
            size += struct.unpack("i", queued)[0]
        return size

    async def _linger(self, event: Linger) -> None:
        if self._linger_end:
            return
        if not event.is_sending and not self.writer.can_write_eof():
            await self._close()  # Over TLS the peer would not learn that there is nothing more.
            return
        self._linger_end = self.loop.call_later(event.seconds, self._stop_lingering)
        await self.idle_task.stop()
        with contextlib.suppress(OSError, RuntimeError, NotImplementedError):
            self.writer.write_eof()

    def _stop_lingering(self) -> None:
        self._task_group.spawn(self._close)

    async def _read_data(self) -> None:
        thrown_away = 0
        while not self.reader.at_eof() and thrown_away < LINGER_BYTES:
            try:
                data = await asyncio.wait_for(self.reader.read(MAX_RECV), self.config.read_timeout)
            except (OSError, TimeoutError, SSLError):
                break
            if self._linger_end:
                thrown_away += len(data)
            else:
                await self.protocol.handle(RawData(data))
        await self.protocol.handle(Closed())

    async def _initiate_server_close(self) -> None:
        await self.protocol.handle(Closed())
        await self._close()

    async def _close(self) -> None:
        if self._linger_end:
            self._linger_end.cancel()
        with contextlib.suppress(OSError):  # The peer has gone first.
            if self.writer.transport.get_write_buffer_size():
                await self._await_progress(super()._close())
            elif self.writer.can_write_eof():
                await super()._close()
            else:  # Over TLS it waits until the peer agrees.
                await self._close_tls()

    async def _close_tls(self) -> None:
        abort = self.loop.call_later(TLS_CLOSE_SECONDS, self.writer.transport.abort)
        try:
            await super()._close()
        finally:
            abort.cancel()
