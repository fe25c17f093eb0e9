"""What HTTP/2 lets a peer send without asking for anything: counted, and taken in turns."""

import time
from collections.abc import Callable

PREFACE = len(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
HEAD = 9
DATA, HEADERS, SETTINGS = 0, 1, 4

# Frames a second, and at once. Each takes 30 to 60 µs of the processor. A browser that opens a page
# with all its files sends 200 in all, and then one for each message that it types or gets.
RATE, SIZE = 100.0, 1_000
# A body in pieces smaller than this is no upload. A message of a WebSocket is seldom shorter.
SHORT = 64
# Each setting counts as a frame: 2,700 in one hold the loop for 15 ms, and are kept.
SETTING = 6


class FrameBudget:
    """A token bucket for the frames of one connection that cost us and bring nothing: all but
    HEADERS, which Hypercorn limits by connection, and DATA that is not short: bodies and
    WebSockets have limits of their own.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left, self._counted_at = float(SIZE), clock()
        self._skip, self._head = PREFACE, b""

    def spend(self, data: bytes) -> bool:
        """Count what the peer has sent. False: it is too much."""
        cost = self._cost(data)
        now = self._clock()
        self._left = min(SIZE, self._left + (now - self._counted_at) * RATE) - cost
        self._counted_at = now
        return self._left >= 0

    def refund(self, frames: int) -> None:
        """Allow so many more: they are asked for by something that we have sent."""
        self._left = min(SIZE, self._left + frames)

    def _cost(self, data: bytes) -> int:
        cost = position = 0
        while position + self._skip < len(data):
            position += self._skip
            part = data[position : position + HEAD - len(self._head)]
            position += len(part)
            self._head += part
            self._skip = 0
            if len(self._head) == HEAD:
                self._skip = int.from_bytes(self._head[:3])
                cost += _cost_of_frame(self._head[3], self._skip)
                self._head = b""
        self._skip -= len(data) - position
        return cost


class RoundRobin:
    """Which stream sends next, in the place of the library's tree of priorities: one frame of each
    that has something. RFC 9113 (5.3) has given up priorities, and browsers send none. A thousand
    frames that rearrange the tree hold the loop for a second, and one more raises an exception.
    """

    def __init__(self) -> None:
        self._streams: set[int] = set()
        self._ready: dict[int, None] = {}

    def insert_stream(self, stream_id: int) -> None:
        """Know this stream; it has nothing to send yet."""
        self._streams.add(stream_id)

    def remove_stream(self, stream_id: int) -> None:
        """Forget it."""
        self._streams.discard(stream_id)
        self.block(stream_id)

    def block(self, stream_id: int) -> None:
        """It has nothing to send, or may not."""
        self._ready.pop(stream_id, None)

    def unblock(self, stream_id: int) -> None:
        """It has something, if it is still there."""
        if stream_id in self._streams:
            self._ready.setdefault(stream_id)

    def next_stream(self) -> int | None:
        """The next one that has something to send."""
        stream_id = next(iter(self._ready), None)
        if stream_id is not None:
            del self._ready[stream_id]
            self._ready[stream_id] = None
        return stream_id


def _cost_of_frame(kind: int, length: int) -> int:
    if kind == HEADERS:
        return 0
    if kind == DATA:
        return int(length < SHORT)
    return 1 + (length // SETTING if kind == SETTINGS else 0)
