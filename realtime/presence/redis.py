"""Leases in Redis, shared by all processes.

Two kinds of keys: `<prefix>online`, a sorted set of users by the end of their last lease, and
`<prefix>user:<id>`, a sorted set of the nodes that hold this user, by the end of each lease. Every
change is one Lua script, so that a transition is told to exactly one caller. The clock is Redis's
own: the servers' clocks need not agree.
"""

from collections.abc import Collection
from typing import Any

import structlog
from redis import asyncio as aioredis
from redis.exceptions import ResponseError

from models.membership import ID_MAX
from realtime.broadcast.redis import NO_RETRY
from realtime.presence import LEASE_SECONDS

log = structlog.get_logger(__name__)

_HEAD = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = tonumber(ARGV[1])
local node = ARGV[2]
local changed = {}
local function is_online(user)
    local ends = redis.call('ZSCORE', KEYS[1], user)
    return ends and tonumber(ends) > now
end
"""

_RENEW = (
    _HEAD
    + """
for i = 3, #ARGV do
    local user = ARGV[i]
    local nodes = KEYS[2] .. user
    if not is_online(user) then table.insert(changed, user) end
    redis.call('ZADD', nodes, now + lease, node)
    redis.call('PEXPIRE', nodes, lease)
    redis.call('ZADD', KEYS[1], now + lease, user)
end
return changed
"""
)

_RELEASE = (
    _HEAD
    + """
local user = ARGV[3]
local nodes = KEYS[2] .. user
redis.call('ZREM', nodes, node)
redis.call('ZREMRANGEBYSCORE', nodes, '-inf', now)
local last = redis.call('ZREVRANGE', nodes, 0, 0, 'WITHSCORES')
if #last > 0 then
    redis.call('ZADD', KEYS[1], last[2], user)
    return {}
end
if redis.call('ZREM', KEYS[1], user) == 1 then return {user} end
return {}
"""
)

# What ends later than any lease can has been written by somebody else, or before the clock of Redis
# was put back: without a look it would hold somebody online for ever.
_EXPIRE = (
    _HEAD
    + """
local gone = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)
for _, user in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], now + 10 * lease, '+inf')) do
    table.insert(gone, user)
end
for _, user in ipairs(gone) do
    redis.call('ZREM', KEYS[1], user)
    redis.call('DEL', KEYS[2] .. user)
end
return gone
"""
)

_ONLINE = (
    _HEAD
    + """
for i = 3, #ARGV do
    if is_online(ARGV[i]) then table.insert(changed, ARGV[i]) end
end
return changed
"""
)

_CHUNK = 1_000  # Users in one call: keeps each script well under a millisecond or two.


class RedisLeases:
    """See Leases for the contract."""

    def __init__(
        self, url: str, prefix: str = "beseda:", lease_seconds: float = LEASE_SECONDS
    ) -> None:
        # After a restart everybody comes at once: let them wait for a connection in turn.
        pool = aioredis.BlockingConnectionPool.from_url(
            url,
            max_connections=8,
            timeout=5,
            # Somebody is waiting to come in: an answer in time, or none.
            socket_connect_timeout=1,
            socket_timeout=1,
            retry=NO_RETRY,
        )
        # An option in the URL that redis-py does not know would only be found by connecting.
        pool.connection_class(**pool.connection_kwargs)
        self._client = aioredis.Redis.from_pool(pool)
        self._keys = [f"{prefix}online", f"{prefix}user:"]
        self._lease = int(lease_seconds * 1000)
        self._scripts = {
            name: self._client.register_script(source)
            for name, source in (
                ("renew", _RENEW),
                ("release", _RELEASE),
                ("expire", _EXPIRE),
                ("online", _ONLINE),
            )
        }

    async def acquire(self, user_id: int, node: str) -> bool:
        return bool(await self._run("renew", node, user_id))

    async def release(self, user_id: int, node: str) -> bool:
        return bool(await self._run("release", node, user_id))

    async def renew(self, user_ids: Collection[int], node: str) -> list[int]:
        return await self._run("renew", node, *user_ids)

    async def expire(self) -> list[int]:
        return await self._run("expire", "")

    async def online(self, user_ids: Collection[int]) -> set[int]:
        return set(await self._run("online", "", *user_ids))

    async def close(self) -> None:
        await self._client.aclose()

    async def _run(self, name: str, node: str, *user_ids: int) -> list[int]:
        changed: list[Any] = []
        for start in range(0, max(len(user_ids), 1), _CHUNK):
            chunk = user_ids[start : start + _CHUNK]
            if not chunk and name in ("renew", "online"):
                continue
            changed += await self._call(name, [self._lease, node, *chunk])
        return [user_id for found in changed if (user_id := _user_id(found)) is not None]

    async def _call(self, name: str, args: list[Any]) -> list[Any]:
        script = self._scripts[name]
        try:
            found: list[Any] = await script(keys=self._keys, args=args)
        except ResponseError as error:
            if "WRONGTYPE" not in str(error):
                raise
            # Something else stands under one of our keys. What should be there is renewed soon.
            log.warning("presence_repaired", error=str(error))
            await self._client.delete(self._keys[0], *(f"{self._keys[1]}{id_}" for id_ in args[2:]))
            found = await script(keys=self._keys, args=args)
        return found


def _user_id(found: Any) -> int | None:
    """The user's id, as we write it; None for what can be none, which somebody else has written."""
    text = found if isinstance(found, bytes) else str(found).encode()
    if not text.isdigit() or len(text) > 19:
        return None
    user_id = int(text)
    return user_id if user_id <= ID_MAX else None
