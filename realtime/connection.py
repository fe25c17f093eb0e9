"""One open socket as the rest of the process sees it: frames go out at once, or into a bounded
queue.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from background import end
from realtime.metrics import metrics
from realtime.peer import UNKNOWN

log = structlog.get_logger(__name__)

# A page of history fits several times; a peer that is further behind is quicker with `?after=`.
QUEUE_FRAMES = 256
QUEUE_BYTES = 1 << 20
# A frame that the peer's TCP window has not taken after this long will not be taken.
SEND_SECONDS = 10.0
# For what is queued and the close frame. A process that ends has 5 seconds in all.
CLOSE_SECONDS = 2.0

LOBBY = 0  # In the place of a room's number: a connection that hears of all rooms of its user.

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

    def write(self, frame: bytes) -> bool:
        """Take a frame (UTF-8) now; False when that would mean waiting, or cannot be told."""

    def write_run(self, frames: list[bytes]) -> bool:
        """The same for several, all or none."""

    async def send(self, frame: bytes) -> None:
        """Take a frame as soon as the peer has made room for it."""

    async def close(self, code: int, reason: str = "") -> None:
        """Send a close frame."""


class Connection:
    """A member's socket in a room, or a user's in the lobby.

    Everything that the hub calls is synchronous and never waits: it can hand a frame to a
    thousand connections and no slow peer is felt by the others. While a peer keeps up, frames
    go straight to its socket and nothing is queued. A peer that cannot keep up is closed with
    4008 and comes back with `?after=`, so it misses nothing.
    """

    __slots__ = (
        "_bytes",
        "_cut",
        "_drained",
        "_is_closed",
        "_queue",
        "_socket",
        "_writer",
        "closed",
        "closing",
        "display_name",
        "floor",
        "from_number",
        "membership_id",
        "number",
        "peer",
        "room_id",
        "session_id",
        "token_id",
        "user_id",
        "username",
    )

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
        display_name: str = "",
        membership_id: int | None = None,
        token_id: int = 0,
        from_number: int = 0,
        floor: int = 0,
    ) -> None:
        """`cut` drops a peer that takes nothing, not even a close frame. `membership_id` is what it
        came in by; None in the lobby. One of `session_id` and `token_id` is 0: it has come by a
        login, or as a program with a token. `from_number` is the first message that its user sees;
        up to `floor` those of the room had expired when it came.
        """
        self.number = number
        self.peer = UNKNOWN
        self.room_id = room_id
        self.user_id = user_id
        self.username = username
        self.display_name = display_name
        self.membership_id = membership_id
        self.from_number = from_number
        self.floor = floor
        self.session_id = session_id
        self.token_id = token_id
        self.closing: tuple[int, str] | None = None
        # Done when the close frame is sent, or will never be.
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._is_closed = False
        self._socket = socket
        self._cut = cut
        # No deque: an empty one takes 700 bytes, and most connections never queue anything.
        self._queue: list[tuple[str | None, bytes]] = []
        self._bytes = 0
        # There while something waits. The only one who then writes.
        self._writer: asyncio.Task[None] | None = None
        self._drained: asyncio.Event | None = None

    def send(self, frame: bytes) -> None:
        """Send a frame that must arrive. When there is no room for it, close with 4008."""
        if self.closing or (self._writer is None and self._socket.write(frame)):
            return
        if self._is_full(frame):
            self.close(TOO_SLOW, "too slow: come back and resume")
            return
        self._put(None, frame)

    def send_run(self, frames: list[bytes]) -> None:
        """The same as to send these, one after the other; for a whole room it costs less."""
        if self.closing or (self._writer is None and self._socket.write_run(frames)):
            return
        for frame in frames:
            self.send(frame)

    def send_ephemeral(self, kind: str, frame: bytes) -> None:
        """Send what only matters now. When the queue is half full the latest of each kind stays."""
        if self.closing or (self._writer is None and self._socket.write(frame)):
            return
        if self.is_behind:
            self._forget(kind)
            if self._is_full(frame):
                metrics.count("passing_frames_shed")
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
        self._begin_to_write()
        if self._drained:
            self._drained.set()

    @property
    def is_behind(self) -> bool:
        """Whether the queue is half full, or more."""
        return 2 * len(self._queue) >= QUEUE_FRAMES or 2 * self._bytes >= QUEUE_BYTES

    @property
    def waiting(self) -> tuple[int, int]:
        """How many frames wait here, and their bytes."""
        return len(self._queue), self._bytes

    async def drain(self) -> None:
        """Wait until the queue is less than half full (or closing): back-pressure for replay."""
        while self.is_behind and not self.closing:
            self._drained = self._drained or asyncio.Event()
            self._drained.clear()
            await self._drained.wait()

    async def abandon(self) -> None:
        """The peer is gone: nothing is sent any more."""
        self._is_closed = True
        await end(self._writer)

    def _begin_to_write(self) -> None:
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())

    async def _write(self) -> None:
        try:
            while self._queue:
                _, frame = self._queue.pop(0)
                self._bytes -= len(frame)
                if not await self._within(self._socket.send(frame)):
                    self.close(TOO_SLOW, "too slow: come back and resume")
                if self._drained and not self.is_behind:
                    self._drained.set()
            if self.closing:
                closing = self._socket.close(*self.closing)
                self._is_closed = await self._within(closing, CLOSE_SECONDS)
                self._cut_off()
        except Exception as error:
            # The peer went away in the middle; its end is on the way to the handler as well.
            log.info("send_failed", connection=self.number, error=str(error))
            self._is_closed = True
            self._end()
        finally:
            self._writer = None
            if self.closing:
                self._end()

    def _end(self) -> None:
        if not self.closed.done():
            self.closed.set_result(None)

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
        self._begin_to_write()

    def _is_full(self, frame: bytes) -> bool:
        return self._bytes + len(frame) > QUEUE_BYTES or len(self._queue) >= QUEUE_FRAMES

    def _forget(self, kind: str) -> None:
        kept = [item for item in self._queue if item[0] != kind]
        metrics.count("passing_frames_shed", len(self._queue) - len(kept))
        self._queue = kept
        self._bytes = sum(len(frame) for _, frame in self._queue)
