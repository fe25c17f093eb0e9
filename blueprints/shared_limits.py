"""Limits that count in Redis, for all processes."""

import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import structlog
from quart_rate_limiter.redis_store import RedisStore

from blueprints.rate_limit_stores import BoundedStore, Quota, Store
from realtime.broadcast.redis import NO_RETRY

log = structlog.get_logger(__name__)

T = TypeVar("T")

# A Redis that does not answer costs a second; nobody asks it again for so long.
AWAY_SECONDS = 5.0
PREFIX = "beseda:limit:"


class SharedStore(RedisStore, Store):
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
