"""One run: people talk, everything breaks, calm returns, accounts are compared."""

import asyncio
import time
from pathlib import Path
from random import Random

from tests.chaos.client import Client
from tests.chaos.disturbances import disturb, schedule
from tests.chaos.verdict import Verdict, judge, stored
from tests.chaos.world import World
from tests.support.person import Person
from tests.support.waiting import deadline, eventually

PEOPLE = 12
ROOMS = 3
# Everybody's time-outs together, and then some on a busy machine. Calm comes within 10 s.
CALM_SECONDS = 45.0
DOORBELL_SECONDS = 15.0


async def run(
    folder: Path, database_url: str, *, seed: int, seconds: float, pace: float = 0.25
) -> Verdict:
    """Disturb a new world for so many seconds and return the verdict.

    Raises:
        AssertionError: calm does not return, or a server does not stop or start.
    """
    random = Random(seed)  # noqa: S311 (a schedule, not a secret)
    async with World(folder, database_url) as world:
        people = [await Person.join(world.nodes[0].server, f"p{n}-") for n in range(PEOPLE)]
        try:
            clients = await _seat(world, people, random, pace)
            verdict = await _live_through(world, clients, people, random, seconds)
            await _doorbell(world, people[0], clients[0].room)
        finally:
            for person in people:
                await person.close()
        verdict.surprises += world.tracebacks()
    return verdict


async def _seat(world: World, people: list[Person], random: Random, pace: float) -> list[Client]:
    """Spread the people over the rooms, a client each."""
    groups = [people[start::ROOMS] for start in range(ROOMS)]
    rooms = {id(p): await group[0].create_room(*group[1:]) for group in groups for p in group[:1]}
    urls = [node.url for node in world.nodes]
    clients = []
    for number, person in enumerate(people):
        room = rooms[id(groups[number % ROOMS][0])]
        own = Random(random.random())  # noqa: S311
        clients.append(Client(person.username, person.cookie, room, urls, own, pace))
    return clients


async def _live_through(
    world: World, clients: list[Client], people: list[Person], random: Random, seconds: float
) -> Verdict:
    running = [asyncio.create_task(client.run(), name=client.name) for client in clients]
    try:
        counts = await disturb(world, schedule(random, seconds))
        for client in clients:
            client.speaking = False
        await eventually(lambda: _is_calm(clients, running, world), "calm", CALM_SECONDS)
    except AssertionError as error:
        raise AssertionError(f"{error}\n{_unrest(clients)}") from error
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    verdict = await judge(clients, people, world.database_url)
    verdict.counts.update(counts)
    return verdict


async def _is_calm(clients: list[Client], running: list[asyncio.Task[None]], world: World) -> bool:
    """Everything said is acknowledged, and everybody has heard the end of their room."""
    for task in running:
        assert not task.done(), f"{task.get_name()} gave up: {task}"
    if any(client.account.unanswered for client in clients):
        return False
    heads = {row.room: row.number for row in await stored(world.database_url)}
    return all(client.account.last == heads.get(client.room, 0) for client in clients)


async def _doorbell(world: World, person: Person, room: int) -> None:
    """The servers hear each other again: what is said on one comes to the other at once, not only
    when they compare with the database, every two seconds.
    """
    homes = [await person.at(node.server) for node in world.nodes]
    chats = [await home.connect(room, read="manual") for home in homes]
    for chat in chats:
        await chat.expect("ready")
    for speaker, listener in (chats, chats[::-1]):
        async with deadline(DOORBELL_SECONDS, "six prompt rings in a row"):
            prompt = 0
            while prompt < 6:
                began = time.monotonic()
                number = (await speaker.say("ring"))["message_id"]
                await listener.expect("chat_message", message_id=number)
                prompt = prompt + 1 if time.monotonic() - began < 0.5 else 0
    for home in homes:
        await home.close()


def _unrest(clients: list[Client]) -> str:
    return "\n".join(
        f"{client.name} in room {client.room}: heard up to {client.account.last},"
        f" waits for {client.account.unanswered}; {client.account.duplicates}"
        f" {client.account.losses} {client.account.surprises}"
        for client in clients
    )
