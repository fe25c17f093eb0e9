"""Where limits count: in this process, or in Redis for all of them.

A limit is a moment (GCRA's theoretical arrival time): each that passes moves it on by an interval,
and whoever would move it too far from now is refused. Looking and counting are one step, here on
the loop and there in a script: a hundred simultaneous tries cannot all see the old count.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

import structlog
from quart_rate_limiter.redis_store import RedisStore
from quart_rate_limiter.store import MemoryStore

from realtime.broadcast.redis import NO_RETRY

log = structlog.get_logger(__name__)

T = TypeVar("T")

KEYS_MAX = 50_000
# A Redis that does not answer costs a second; nobody asks it again for so long.
AWAY_SECONDS = 5.0
PREFIX = "beseda:limit:"


class Quota(NamedTuple):
    """A limit of somebody: `burst` at once, and then one each `interval` seconds."""

    key: str
    burst: int
    interval: float

    @property
    def slack(self) -> float:
        """Seconds that the moment may be ahead of now for one more to pass."""
        return (self.burst - 1) * self.interval


class BoundedStore(MemoryStore):
    """Forgets what no longer limits anybody, so that made-up names cannot fill the memory."""

    async def take(self, quotas: Sequence[Quota]) -> float:
        """Count once for each, if all of them allow it. Returns 0, or the seconds to wait."""
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
        """Undo a `take`."""
        moment = self._moment(quota.key, 0.0)
        if moment:
            self._tats[quota.key] = datetime.fromtimestamp(moment - quota.interval, UTC)

    async def mark(self, key: str, seconds: float) -> None:
        """Remember a key for so long."""
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


class SharedStore(RedisStore):
    """Shared by all processes; while Redis is away each counts for itself."""

    def __init__(self, address: str) -> None:
        super().__init__(address, socket_connect_timeout=1, socket_timeout=1, retry=NO_RETRY)
        self._own = BoundedStore()
        self._away_until = 0.0

    async def before_serving(self) -> None:
        await super().before_serving()
        assert self._redis is not None  # noqa: S101 - has just been made
        self._take = self._redis.register_script(_TAKE)
        self._give_back = self._redis.register_script(_GIVE_BACK)

    async def take(self, quotas: Sequence[Quota]) -> float:
        keys = [PREFIX + quota.key for quota in quotas]
        values = [value for quota in quotas for value in (quota.slack, quota.interval)]
        return await self._or_own(
            lambda: _number(self._take(keys, values)), lambda: self._own.take(quotas)
        )

    async def give_back(self, quota: Quota) -> None:
        await self._or_own(
            lambda: self._give_back([PREFIX + quota.key], [quota.interval]),
            lambda: self._own.give_back(quota),
        )

    async def mark(self, key: str, seconds: float) -> None:
        end = time.time() + seconds
        await self._or_own(
            lambda: self._client.set(PREFIX + key, end, px=int(seconds * 1000)),
            lambda: self._own.mark(key, seconds),
        )

    async def is_marked(self, key: str) -> bool:
        return await self._or_own(lambda: self._exists(key), lambda: self._own.is_marked(key))

    async def get(self, key: str, default: datetime) -> datetime:
        return await self._or_own(
            lambda: super(SharedStore, self).get(PREFIX + key, default),
            lambda: self._own.get(key, default),
        )

    async def after_serving(self) -> None:
        if self._redis:
            await self._redis.aclose()

    @property
    def _client(self) -> Any:
        return self._redis

    async def _exists(self, key: str) -> bool:
        return bool(await self._client.exists(PREFIX + key))

    async def _or_own(
        self, shared: Callable[[], Awaitable[T]], own: Callable[[], Awaitable[T]]
    ) -> T:
        if time.monotonic() < self._away_until:
            return await own()
        try:
            return await shared()
        except Exception as error:
            log.warning("limits_unreachable", error=str(error))
            self._away_until = time.monotonic() + AWAY_SECONDS
            return await own()


async def _number(answer: Awaitable[Any]) -> float:
    return float(await answer)


Store = BoundedStore | SharedStore

# ARGV: slack and interval of each key. Redis' own clock: those of its clients may differ.
_TAKE = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local moments, wait = {}, 0
for i, key in ipairs(KEYS) do
  moments[i] = math.max(tonumber(redis.call('GET', key) or '0'), now)
  wait = math.max(wait, moments[i] - now - ARGV[2 * i - 1])
end
if wait > 0 then return tostring(wait) end
for i, key in ipairs(KEYS) do
  local moment = moments[i] + ARGV[2 * i]
  redis.call('SET', key, string.format('%.6f', moment), 'PX', math.ceil((moment - now) * 1000))
end
return '0'
"""
_GIVE_BACK = """
local found = redis.call('GET', KEYS[1])
if found then
  redis.call('SET', KEYS[1], string.format('%.6f', found - ARGV[1]), 'KEEPTTL')
end
"""
