"""A process's part in presence: it counts connections, waits a moment, and tells transitions."""

import asyncio
from collections.abc import AsyncIterator, Collection

import pytest

from realtime.presence.memory import MemoryLeases
from realtime.presence.tracker import PresenceTracker
from tests.support.waiting import eventually

GRACE = 0.2


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class World:
    """Two processes that share leases, and what each has told."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.leases = MemoryLeases(20, self.clock)
        self.told: list[tuple[int, bool]] = []
        self.trackers = [PresenceTracker(self.leases, self.tell, GRACE) for _ in range(2)]

    async def is_told(self, *expected: tuple[int, bool]) -> None:
        """Wait until exactly these transitions have been told."""

        async def enough() -> bool:
            return len(self.told) >= len(expected)

        await eventually(enough, f"{expected}, told: {self.told}")
        assert self.told == list(expected)

    async def tell(self, user_id: int, is_online: bool) -> None:
        """In the place of Presence.announce."""
        await asyncio.sleep(0)  # The real one asks the database.
        self.told.append((user_id, is_online))


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """A new world, whose trackers are stopped at the end."""
    world = World()
    yield world
    for tracker in world.trackers:
        await tracker.stop()


async def test_first_connection_and_last(world: World) -> None:
    here, _ = world.trackers
    assert await here.arrive(1) is True
    assert await here.arrive(1) is False
    await world.is_told((1, True))
    here.depart(1)
    assert await here.arrive(2) is True
    here.depart(2)
    await world.is_told((1, True), (2, True), (2, False))
    here.depart(1)
    await world.is_told((1, True), (2, True), (2, False), (1, False))


async def test_coming_back_within_the_grace_is_no_news(world: World) -> None:
    here, _ = world.trackers
    await here.arrive(1)
    for _ in range(5):
        here.depart(1)
        assert await here.arrive(1) is False
    await here.arrive(2)
    here.depart(2)
    await world.is_told((1, True), (2, True), (2, False))


async def test_two_processes_tell_once(world: World) -> None:
    here, there = world.trackers
    came = await asyncio.gather(here.arrive(1), there.arrive(1))
    assert sorted(came) == [False, True]
    here.depart(1)
    await here.arrive(2)
    here.depart(2)
    await world.is_told((1, True), (2, True), (2, False))
    assert await here.online([1, 2]) == {1}
    there.depart(1)
    await world.is_told((1, True), (2, True), (2, False), (1, False))


async def test_first_connection_that_is_gone_at_once_is_followed_by_an_announced_one(
    world: World,
) -> None:
    """Its task is cancelled while it is being announced; the next one must be, then."""
    here, _ = world.trackers
    first = asyncio.create_task(here.arrive(1))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    here.depart(1)
    await here.arrive(1)
    await world.is_told((1, True))


async def test_people_of_a_dead_process_are_swept(world: World) -> None:
    here, there = world.trackers
    await there.arrive(1)
    await there.arrive(2)
    await here.arrive(2)
    world.clock.now = 15
    await here.renew()
    world.clock.now = 21
    await here.sweep()
    await here.sweep()
    await world.is_told((1, True), (2, True), (1, False))


async def test_process_that_was_suspended_tells_of_its_people_again(world: World) -> None:
    here, there = world.trackers
    await there.arrive(1)
    world.clock.now = 21
    await here.sweep()
    await world.is_told((1, True), (1, False))
    await there.renew()
    await world.is_told((1, True), (1, False), (1, True))
    assert await here.online([1]) == {1}


async def test_stopping_lets_go_of_everybody(world: World) -> None:
    here, there = world.trackers
    await here.arrive(1)
    await here.arrive(2)
    await there.arrive(2)
    await here.stop()
    await world.is_told((1, True), (2, True), (1, False))


class Unreachable(MemoryLeases):
    """Leases on a Redis that is away."""

    async def acquire(self, user_id: int, node: str) -> bool:  # noqa: ARG002
        raise ConnectionError

    async def online(self, user_ids: object) -> set[int]:  # noqa: ARG002
        raise ConnectionError


async def test_without_leases_people_are_online_where_they_are_connected() -> None:
    async def tell(*_: object) -> None:
        """Nobody is told."""

    tracker = PresenceTracker(Unreachable(), tell, GRACE)
    await tracker.arrive(1)
    assert await tracker.online([1, 2]) == {1}
    await tracker.stop()


async def test_who_hides_is_not_held(world: World) -> None:
    """Also where nobody has told that they do: the next renewal finds it."""
    hidden = {1}

    async def hiding(user_ids: Collection[int]) -> set[int]:
        return hidden.intersection(user_ids)

    here = PresenceTracker(world.leases, world.tell, GRACE, hiding)
    world.trackers.append(here)
    assert await here.arrive(1) is False
    assert await here.online([1]) == set()
    hidden.clear()
    await here.look_again(1)
    await world.is_told((1, True))
    hidden.add(1)
    await here.renew()
    await world.is_told((1, True), (1, False))
    hidden.clear()
    await here.renew()
    await world.is_told((1, True), (1, False), (1, True))


async def test_nobody_is_shown_who_may_hide(world: World) -> None:
    async def hiding(_: Collection[int]) -> set[int]:
        raise OSError("the database is away")

    here = PresenceTracker(world.leases, world.tell, GRACE, hiding)
    world.trackers.append(here)
    assert await here.arrive(1) is False
    await here.renew()
    assert await here.online([1]) == set()
