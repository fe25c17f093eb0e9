"""A deploy under load: SIGTERM while everybody writes, again and again."""

import asyncio
import os
import signal
from pathlib import Path
from random import Random

import httpx

from tests.chaos.client import Client
from tests.chaos.database import Database
from tests.chaos.verdict import judge
from tests.support.factories import MakePerson, StartServer
from tests.support.server import Server
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


async def test_who_has_connected_before_the_end_is_answered(server: StartServer) -> None:
    """Of connections that nobody had taken yet some were reset, and of others the request broken
    off, with a 500: the process is suspended, so that all of them come with the signal.
    """
    node = await server()
    os.killpg(node.pid, signal.SIGSTOP)
    asked = [asyncio.create_task(_log_in_with_a_wrong_password(node)) for _ in range(8)]
    await eventually(lambda: _is_connected(node, len(asked)), "connections in the backlog")
    os.kill(node.pid, signal.SIGTERM)
    os.killpg(node.pid, signal.SIGCONT)
    answers = await asyncio.gather(*asked)
    assert [answer.status_code for answer in answers] == [401] * len(asked)


async def _log_in_with_a_wrong_password(node: Server) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        login = {"username": "nobody", "password": "no password"}
        return await client.post(f"{node.url}/api/session", json=login)


async def _is_connected(node: Server, count: int) -> bool:
    return _requests_in_the_kernel(node.port) == count


def _requests_in_the_kernel(port: int) -> int:
    """How many connections to this port, of which nobody reads, hold something to be read: see
    /proc/net/tcp, the local address, the state (01: established) and the queues.
    """
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    mine = [line for line in lines if line[1].endswith(f":{port:04X}") and line[3] == "01"]
    return sum(int(line[4].partition(":")[2], 16) > 0 for line in mine)
