"""What Redis says of itself, for the operator: for `doctor`, and for the page of the system."""

import asyncio
import secrets
import time
from typing import Any, NamedTuple

from realtime.broadcast.redis import client_of

SECONDS = 2.0


class RedisState(NamedTuple):
    """What a Redis says of itself. `ahead` is how many seconds its clock is before ours; `is_heard`
    whether what was published came back.
    """

    version: str
    milliseconds: float
    ahead: float
    is_heard: bool
    memory_bytes: int
    memory_limit: int
    eviction: str
    clients: int


async def redis_state(url: str) -> RedisState:
    """Ask it, and publish something. Raises what redis-py raises, TimeoutError."""
    async with client_of(url) as client, asyncio.timeout(3 * SECONDS):
        await client.ping()  # Connects.
        began, at = time.monotonic(), time.time()
        seconds, micros = await client.time()
        took = time.monotonic() - began
        about = await client.info()
        return RedisState(
            version=str(about.get("valkey_version") or about["redis_version"]),
            milliseconds=1e3 * took,
            ahead=seconds + micros / 1e6 - at - took / 2,
            is_heard=await _is_heard(client),
            memory_bytes=int(about["used_memory"]),
            memory_limit=int(about.get("maxmemory", 0)),
            eviction=str(about.get("maxmemory_policy", "noeviction")),
            clients=int(about["connected_clients"]),
        )


async def _is_heard(client: Any) -> bool:
    channel = f"beseda:doctor:{secrets.token_hex(8)}"
    async with client.pubsub() as pubsub:
        await pubsub.subscribe(channel)
        await pubsub.get_message(timeout=SECONDS)
        await client.publish(channel, b"?")
        message = await pubsub.get_message(timeout=SECONDS)
        return message is not None and message["type"] == "message"
