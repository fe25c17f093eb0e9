"""A deploy under load: SIGTERM while everybody writes, again and again."""

import asyncio
from random import Random

from tests.chaos.client import Client
from tests.chaos.database import Database
from tests.chaos.verdict import judge
from tests.support.factories import MakePerson, StartServer
from tests.support.waiting import eventually

PEOPLE = 8
DEPLOYS = 3


async def test_deploys_lose_nothing(
    server: StartServer, person: MakePerson, postgres_url: str
) -> None:
    """Whatever was acknowledged is stored, and all come back by themselves and miss nothing."""
    node = await server(DATABASE_URL=postgres_url)
    people = [await person(f"p{number}-", on=node) for number in range(PEOPLE)]
    room = await people[0].create_room(*people[1:])
    database = Database(postgres_url)
    _, facts = await database.room(room)
    clients = [
        Client(p, room, facts, [node.url], Random(number), pace=0.02)  # noqa: S311
        for number, p in enumerate(people)
    ]
    running = [asyncio.create_task(client.run()) for client in clients]
    try:
        for _ in range(DEPLOYS):
            await _all_have_come_back(clients)
            await node.restart()
        await _all_have_come_back(clients)
        for client in clients:
            client.stop_speaking()

        async def is_calm() -> bool:
            head = max(client.account.last for client in clients)
            return all(c.account.last == head and not c.account.unanswered for c in clients)

        await eventually(is_calm, "all answers", 20)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    verdict = await judge(clients, database)
    report = "\n".join(verdict.lines())
    assert verdict.is_good, report
    assert verdict.counts["messages acknowledged"] > 100 * DEPLOYS, report
    assert verdict.counts["reconnects"] >= PEOPLE * DEPLOYS, report


async def _all_have_come_back(clients: list[Client]) -> None:
    """Wait until each has had answers to many more messages than now."""
    before = [len(client.account.acknowledged) for client in clients]

    async def is_talking() -> bool:
        return all(
            len(client.account.acknowledged) >= count + 12
            for client, count in zip(clients, before, strict=True)
        )

    await eventually(is_talking, "everybody to be back and talking", 20)
