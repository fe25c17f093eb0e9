"""How fast one person may speak: token buckets, in this process."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from models import Refusal

# More than a hurried person, and enough for an outbox that was filled on a train.
MESSAGES = (10.0, 60)
# The document's React example sends two typing frames for every key: a fast typist's 15 keys.
TYPING = (30.0, 90)
# After so many refused frames in a row the peer is not listening to our answers: 4029.
PATIENCE = 500
FORGET_ABOVE = 10_000


@dataclass(slots=True)
class Bucket:
    """Holds `size` tokens at most and gains `rate` of them each second."""

    rate: float
    size: int
    tokens: float
    filled_at: float

    def take(self, now: float) -> float:
        """Take a token. Returns 0, or the seconds until there will be one."""
        self.tokens = min(self.size, self.tokens + (now - self.filled_at) * self.rate)
        self.filled_at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / self.rate

    def is_full(self, now: float) -> bool:
        return self.tokens + (now - self.filled_at) * self.rate >= self.size


class Limit:
    """One bucket for each key; full buckets are forgotten, so that memory stays bounded."""

    def __init__(
        self, rate_and_size: tuple[float, int], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._size = rate_and_size
        self._clock = clock
        self._buckets: dict[int, Bucket] = {}

    def check(self, key: int) -> None:
        """Count one.

        Raises:
            Refusal: rate_limited, with retry_after in seconds.
        """
        now = self._clock()
        bucket = self._buckets.get(key)
        if bucket is None:
            self._forget(now)
            bucket = self._buckets[key] = Bucket(self._rate, self._size, self._size, now)
        if wait := bucket.take(now):
            raise Refusal("rate_limited", retry_after=wait)

    def _forget(self, now: float) -> None:
        if len(self._buckets) >= FORGET_ABOVE:
            self._buckets = {
                key: bucket for key, bucket in self._buckets.items() if not bucket.is_full(now)
            }


class NoLimit:
    """RATE_LIMITS=off: for benchmarks and load tests."""

    def check(self, key: int) -> None:
        """Let everything pass."""
