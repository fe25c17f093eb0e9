"""Searches and lists hold up those who ask for them, and nobody else."""

import asyncio

from tortoise import connections

from models.fair_queue import requester
from models.queries.people import search_people
from models.queries.room_list import page_of, search_rooms
from models.queries.room_rows import RoomRow
from models.sql.fast_path import scan
from tests.support.tables import opened, people, room_of
from tests.support.waiting import DEADLINE, deadline

MANY = 20


async def test_searches_and_lists_do_not_stand_in_the_queue_of_writers(sqlite_url: str) -> None:
    async with opened(sqlite_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        # As a message does while it is being stored; and as a search did meanwhile.
        async with (
            connections.get("default").acquire_connection(),
            deadline(DEADLINE, "searches beside a writer"),
        ):
            assert [each.id for each in await search_people("bo", alice.id, 10)] == [bob.id]
            assert [each.id for each in await search_rooms(alice.id, "roo", 10)] == [room]
            (listed,) = (await page_of(alice.id, 10)).rooms
            assert isinstance(listed, RoomRow)
            assert listed.id == room


async def test_who_searches_a_lot_waits_for_themselves(database_url: str) -> None:
    order: list[str] = []

    async def search(name: str) -> None:
        requester.set(name)
        await scan("SELECT 1 AS one")
        order.append(name)

    async with opened(database_url):
        names = ["eager"] * MANY + ["other"]
        await asyncio.gather(*(asyncio.create_task(search(name)) for name in names))
    # Behind those that are under way already, and one more.
    assert order.index("other") < MANY / 2
