"""The contract of Leases, held against memory and Redis alike."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from realtime.presence import Leases
from realtime.presence.memory import MemoryLeases
from realtime.presence.redis import RedisLeases
from tests.support.waiting import eventually

LEASE = 0.4
Make = Callable[[float], Leases]


@pytest.fixture(params=["memory", "redis"])
async def make(request: pytest.FixtureRequest) -> AsyncIterator[Make]:
    """A factory of leases of this many seconds."""
    made: list[Leases] = []
    url = str(request.getfixturevalue("redis_url")) if request.param == "redis" else ""

    def build(seconds: float) -> Leases:
        made.append(RedisLeases(url, "test:", seconds) if url else MemoryLeases(seconds))
        return made[-1]

    yield build
    for leases in made:
        await leases.close()


@pytest.fixture
def leases(make: Make) -> Leases:
    """Leases that outlive the test."""
    return make(60)


async def expired(leases: Leases) -> list[int]:
    """Wait until something has run out, and return it."""
    return sorted(await eventually(leases.expire, "a lease to run out"))


async def test_first_node_brings_online_and_last_takes_offline(leases: Leases) -> None:
    assert await leases.acquire(1, "a") is True
    assert await leases.acquire(1, "b") is False
    assert await leases.online([1, 2]) == {1}
    assert await leases.release(1, "a") is False
    assert await leases.online([1]) == {1}
    assert await leases.release(1, "b") is True
    assert await leases.online([1]) == set()
    assert await leases.acquire(1, "a") is True


async def test_every_call_may_be_repeated(leases: Leases) -> None:
    assert [await leases.acquire(1, "a") for _ in range(3)] == [True, False, False]
    assert [await leases.release(1, "a") for _ in range(3)] == [True, False, False]
    assert await leases.release(99, "never") is False
    assert await leases.renew([], "a") == []
    assert await leases.online([]) == set()
    assert await leases.expire() == []


async def test_one_of_many_at_once_is_told(leases: Leases) -> None:
    nodes = [f"node{number}" for number in range(20)]
    came = await asyncio.gather(*(leases.acquire(1, node) for node in nodes))
    assert came.count(True) == 1
    went = await asyncio.gather(*(leases.release(1, node) for node in nodes))
    assert went.count(True) == 1


async def test_lease_runs_out(make: Make) -> None:
    leases = make(LEASE)
    await leases.acquire(1, "a")
    await leases.acquire(2, "a")
    found: list[int] = []
    while found != [1, 2]:
        found = sorted({*found, *await expired(leases)})
    assert await leases.online([1, 2]) == set()
    assert await leases.expire() == [], "told once"


async def test_one_of_many_who_look_is_told_of_the_end(make: Make) -> None:
    leases = make(LEASE)
    for user in range(50):
        await leases.acquire(user, "a")
    found: list[int] = []

    async def all_gone() -> bool:
        for gone in await asyncio.gather(*(leases.expire() for _ in range(5))):
            found.extend(gone)
        return len(found) >= 50

    await eventually(all_gone, "all leases to run out")
    assert sorted(found) == list(range(50))


async def test_renewed_lease_lives_on(make: Make) -> None:
    leases = make(LEASE)
    for user in (1, 2):
        await leases.acquire(user, "a")
    loop = asyncio.get_running_loop()
    began = loop.time()
    found: list[int] = []
    while loop.time() - began < 3 * LEASE:
        assert await leases.renew([1], "a") == []
        found += await leases.expire()
        await asyncio.sleep(LEASE / 20)
    assert found == [2]
    assert await leases.online([1, 2]) == {1}


async def test_renewing_who_was_taken_for_offline_brings_them_back(make: Make) -> None:
    leases = make(LEASE)
    await leases.acquire(1, "a")
    await expired(leases)
    assert await leases.renew([1], "a") == [1]
    assert await leases.online([1]) == {1}


async def test_dead_node_does_not_end_what_another_holds(make: Make) -> None:
    """And what only the dead one holds ends for the one who lives."""
    dead, alive = make(LEASE), make(60)
    if isinstance(dead, MemoryLeases):
        alive = dead
    await dead.acquire(1, "dead")
    await dead.acquire(2, "dead")
    await alive.acquire(1, "alive")
    keep = [1]

    async def second_gone() -> bool:
        await alive.renew(keep, "alive")
        return 2 in await alive.expire()

    await eventually(second_gone, "the dead node's lease to run out")
    assert await alive.online([1, 2]) == {1}
    assert await alive.release(1, "alive") is True, "the dead one's lease has run out as well"


async def test_many_users(leases: Leases) -> None:
    users = list(range(1, 2501))
    assert sorted(await leases.renew(users, "a")) == users
    assert await leases.online(users) == set(users)
    assert await leases.online([*users[-3:], 9999]) == set(users[-3:])


async def test_nodes_share_what_is_in_redis_and_survive_its_loss(redis_url: str) -> None:
    here, there = RedisLeases(redis_url, "test:"), RedisLeases(redis_url, "test:")
    other = RedisLeases(redis_url, "another:")
    try:
        assert await here.acquire(1, "here") is True
        assert await there.online([1]) == {1}
        assert await other.online([1]) == set()
        await here._client.flushall()  # noqa: SLF001 (what a Redis without a disk does)
        await here._client.script_flush()  # noqa: SLF001
        assert await there.online([1]) == set()
        assert await here.renew([1], "here") == [1]
        assert await there.renew([1], "there") == []
    finally:
        for leases in (here, there, other):
            await leases.close()
