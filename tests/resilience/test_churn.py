"""Thousands come and go: nothing of them stays. VISITS=10000 for the long run."""

import asyncio
import os

from tests.resilience.conftest import WriteConfig
from tests.support.factories import MakePerson, StartServer
from tests.support.person import Person
from tests.support.process import descriptors, memory
from tests.support.raw import CLOSE, Raw
from tests.support.waiting import eventually

VISITS = int(os.environ.get("VISITS", "2000"))
# Caches, pools and the allocator have their size after so many.
WARM_UP = 800
AT_ONCE = 16
# Bytes that each visit may leave behind, for the allocator's sake. A forgotten connection weighs
# thirty times as much.
GROWTH = 1_500


async def test_visits_leave_nothing_behind(
    server: StartServer, person: MakePerson, config: WriteConfig
) -> None:
    """With a goodbye, without one, in the middle of the handshake, and refused."""
    # Hypercorn keeps what has hung up before its request until this time is over.
    node = await server("--config", config(keep_alive_timeout=3))
    people = [await person(f"p{number}-", on=node) for number in range(4)]
    room = await people[0].create_room(*people[1:])
    start = descriptors(node)

    async def is_calm() -> bool:
        return descriptors(node) <= start + 2

    await _visit(people, room, WARM_UP)
    await eventually(is_calm, "the sockets of the warm-up to be closed", 20)
    before = memory(node)
    await _visit(people, room, VISITS - WARM_UP)
    await eventually(is_calm, "all sockets to be closed", 20)
    assert memory(node) - before < GROWTH * (VISITS - WARM_UP)

    async def is_empty() -> bool:
        return not any(one["is_online"] for one in (await people[0].room(room))["members"])

    await eventually(is_empty, "everybody to be offline")


async def _visit(people: list[Person], room: int, count: int) -> None:
    numbers = iter(range(count))

    async def come_and_go() -> None:
        for number in numbers:
            await _come_and_go(people[number % len(people)], room, number)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(come_and_go())


async def _come_and_go(person: Person, room: int, number: int) -> None:
    peer = await Raw.open(person.server)
    try:
        if number % 10 == 0:
            peer.writer.write(b"GET /ws/chat/1/ HTTP/1.1\r\nHost:")
            return
        where = 999_999 if number % 10 == 1 else room
        status = await peer.handshake(person, f"/ws/chat/{where}/?read=manual")
        assert status == (403 if where != room else 101)
        if number % 2 and status == 101:
            peer.send(CLOSE, (1000).to_bytes(2))
            await peer.gone()
    finally:
        peer.abort()
