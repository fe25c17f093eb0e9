"""One open socket as the rest of the process sees it: a bounded queue and its one writer."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Protocol

# A page of history fits several times; a peer that is further behind is quicker with `?after=`.
QUEUE_FRAMES = 256
QUEUE_BYTES = 1 << 20
# A frame that the peer's TCP window has not taken after this long will not be taken.
SEND_SECONDS = 10.0
# For what is queued and the close frame. A process that ends has 5 seconds in all.
CLOSE_SECONDS = 2.0

TOO_SLOW = 4008
FLOODING = 4029
# With these nobody is expected back, and nothing more is theirs to see.
FINAL = range(4400, 5000)
LOGGED_OUT = 4401
NOT_A_MEMBER = 4403
ROOM_DELETED = 4404
TOO_BIG = 1009
INTERNAL_ERROR = 1011
RESTARTING = 1012


class Socket(Protocol):
    """What a connection needs of its web server."""

    async def send(self, data: str) -> None: ...
    async def close(self, code: int, reason: str = "") -> None: ...


class Connection:
    """A member's socket in a room.

    Everything here but `write` is synchronous and never waits: the hub can hand a frame to a
    thousand connections and no slow peer is felt by the others. A peer that cannot keep up is
    closed with 4008 and comes back with `?after=`, so it misses nothing.
    """

    def __init__(
        self,
        socket: Socket,
        *,
        number: int,
        room_id: int,
        user_id: int,
        username: str,
        session_id: int,
        cut: Callable[[], None] | None = None,
    ) -> None:
        """`cut` drops a peer that takes nothing, not even a close frame."""
        self.number = number
        self.room_id = room_id
        self.user_id = user_id
        self.username = username
        self.session_id = session_id
        self._is_closed = False
        self.closing: tuple[int, str] | None = None
        self._socket = socket
        self._cut = cut
        self._queue: deque[tuple[str | None, bytes]] = deque()
        self._bytes = 0
        self._wake = asyncio.Event()
        self._drained = asyncio.Event()

    def send(self, frame: bytes) -> None:
        """Queue a frame that must arrive. When there is no room for it, close with 4008."""
        if self.closing:
            return
        if self._bytes + len(frame) > QUEUE_BYTES or len(self._queue) >= QUEUE_FRAMES:
            self.close(TOO_SLOW, "too slow: come back and resume")
            return
        self._put(None, frame)

    def send_passing(self, kind: str, frame: bytes) -> None:
        """Queue a frame that only matters now (typing, presence, read marks). When the queue is
        half full only the latest of each kind is kept.
        """
        if self.closing:
            return
        if self._is_half_full():
            self._forget(kind)
            if self._bytes + len(frame) > QUEUE_BYTES or len(self._queue) >= QUEUE_FRAMES:
                return
        self._put(kind, frame)

    def close(self, code: int, reason: str = "") -> None:
        """Close after what is queued has been sent, or at once if the peer is too slow."""
        if self.closing:
            return
        self.closing = (code, reason)
        if code == TOO_SLOW or code in FINAL:
            self._queue.clear()
        if self._cut:
            # Whatever the peer takes or does not take, it is gone by then.
            asyncio.get_running_loop().call_later(CLOSE_SECONDS, self._cut_off)
        self._wake.set()
        self._drained.set()

    async def drain(self) -> None:
        """Wait until the queue is less than half full (or closing): back-pressure for replay."""
        while self._is_half_full() and not self.closing:
            self._drained.clear()
            await self._drained.wait()

    async def write(self) -> None:
        """Send what is queued until the connection is closed. The only writer of this socket."""
        while True:
            while self._queue:
                _, frame = self._queue.popleft()
                self._bytes -= len(frame)
                if not await self._within(self._socket.send(frame.decode())):
                    self.close(TOO_SLOW, "too slow: come back and resume")
                    break
                if not self._is_half_full():
                    self._drained.set()
            if self.closing:
                closing = self._socket.close(*self.closing)
                self._is_closed = await self._within(closing, CLOSE_SECONDS)
                self._cut_off()
                return
            self._wake.clear()
            await self._wake.wait()

    def _cut_off(self) -> None:
        if self._cut and not self._is_closed:
            self._cut()

    async def _within(self, sending: Awaitable[None], seconds: float = SEND_SECONDS) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await sending
        except TimeoutError:
            return False
        return True

    def _put(self, kind: str | None, frame: bytes) -> None:
        self._queue.append((kind, frame))
        self._bytes += len(frame)
        self._wake.set()

    def _is_half_full(self) -> bool:
        return 2 * len(self._queue) >= QUEUE_FRAMES or 2 * self._bytes >= QUEUE_BYTES

    def _forget(self, kind: str) -> None:
        kept = [item for item in self._queue if item[0] != kind]
        self._queue = deque(kept)
        self._bytes = sum(len(frame) for _, frame in kept)
