"""Where limits count: in this process, or in Redis for all of them.

A limit is a moment (GCRA's theoretical arrival time): each that passes moves it on by an interval,
and whoever would move it too far from now is refused. Looking and counting are one step, here on
the loop and there in a script: a hundred simultaneous tries cannot all see the old count.
"""

import time
from abc import abstractmethod
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from quart_rate_limiter.store import MemoryStore, RateLimiterStoreABC

KEYS_MAX = 50_000


class Quota(NamedTuple):
    """A limit of somebody: `burst` at once, and then one each `interval` seconds."""

    key: str
    burst: int
    interval: float

    @property
    def slack(self) -> float:
        """Seconds that the moment may be ahead of now for one more to pass."""
        return (self.burst - 1) * self.interval


class Store(RateLimiterStoreABC):
    """What counts: BoundedStore here, or SharedStore of shared_limits.py."""

    @abstractmethod
    async def take(self, quotas: Sequence[Quota]) -> float:
        """Count once for each, if all of them allow it. Returns 0, or the seconds to wait."""

    @abstractmethod
    async def give_back(self, quota: Quota) -> None:
        """Undo a `take`."""

    @abstractmethod
    async def mark(self, key: str, seconds: float) -> None:
        """Remember a key for so long."""

    @abstractmethod
    async def is_marked(self, key: str) -> bool: ...


class BoundedStore(MemoryStore, Store):
    """Forgets what no longer limits anybody, so that made-up names cannot fill the memory."""

    async def take(self, quotas: Sequence[Quota]) -> float:
        now = time.time()
        moments = [self._moment(quota.key, now) for quota in quotas]
        pairs = list(zip(moments, quotas, strict=True))
        wait = max((moment - now - quota.slack for moment, quota in pairs), default=0.0)
        if wait > 0:
            return wait
        for moment, quota in pairs:
            await self.set(quota.key, datetime.fromtimestamp(moment + quota.interval, UTC))
        return 0.0

    async def give_back(self, quota: Quota) -> None:
        moment = self._moment(quota.key, 0.0)
        if moment:
            self._tats[quota.key] = datetime.fromtimestamp(moment - quota.interval, UTC)

    async def mark(self, key: str, seconds: float) -> None:
        await self.set(key, datetime.fromtimestamp(time.time() + seconds, UTC))

    async def is_marked(self, key: str) -> bool:
        return self._moment(key, 0.0) > time.time()

    async def set(self, key: str, tat: datetime) -> None:
        if len(self._tats) >= KEYS_MAX:
            self._forget()
        await super().set(key, tat)

    def _moment(self, key: str, default: float) -> float:
        found = self._tats.get(key)
        return max(default, found.timestamp()) if found else default

    def _forget(self) -> None:
        """What is over, or if that is too little, the half that is over first."""
        now = datetime.now(UTC)
        kept = sorted(self._tats.items(), key=lambda item: item[1])
        over = sum(end <= now for _, end in kept)
        self._tats = dict(kept[max(over, KEYS_MAX // 2) :])
