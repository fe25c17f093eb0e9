"""One run: people talk, come and go, everything breaks, calm returns, accounts are compared."""

import asyncio
import time
from collections.abc import Iterable
from pathlib import Path
from random import Random

from tests.chaos.client import Client
from tests.chaos.disturbances import GAP, Disturbance, disturb, schedule
from tests.chaos.doer import Doer
from tests.chaos.passing import Passing
from tests.chaos.verdict import Verdict, judge
from tests.chaos.world import World
from tests.support.person import Person
from tests.support.waiting import deadline, eventually

PEOPLE = 12
ROOMS = 3
GUESTS = 6
# Everybody's time-outs together, and then some on a busy machine. Calm comes within 10 s.
CALM_SECONDS = 45.0
NOTIFICATION_SECONDS = 15.0
# From one thing that somebody says, or does to their room, to the next.
FRAME_SECONDS = 0.25
ACTION_SECONDS = 1.0


async def run(
    folder: Path, database_url: str, *, seed: int, seconds: float, gap: float = GAP
) -> Verdict:
    """Disturb a new world for so many seconds and return the verdict. `gap`: on average from one
    disturbance to the next.

    Raises:
        AssertionError: calm does not return, or a server does not stop or start.
    """
    random = Random(seed)  # noqa: S311 (a schedule, not a secret)
    async with World(folder, database_url) as world:
        people = [await Person.join(world.nodes[0].server, f"p{n}-") for n in range(PEOPLE)]
        guests = [await Person.join(world.nodes[0].server, f"g{n}-") for n in range(GUESTS)]
        try:
            groups = [await _seat(world, people[n::ROOMS], guests, random) for n in range(ROOMS)]
            clients = [client for group in groups for client in group]
            passing = Passing(world, people[0], list(guests))
            beside = passing, seconds
            verdict = await _live_through(world, clients, schedule(random, seconds, gap), beside)
            await _notifications_work(world, people[0])
        finally:
            for person in (*people, *guests):
                await person.close()
        verdict.surprises += world.tracebacks()
    return verdict


async def _seat(
    world: World, people: list[Person], guests: list[Person], random: Random
) -> list[Client]:
    """Put these people into a room, a client each. The guests say something, and no more."""
    host, *others = people
    room = await host.create_room(*others, *guests)
    for guest in guests:
        number = (await guest.post(room, f"by {guest.username}", guest.username))["message_id"]
        reaction = f"/api/rooms/{room}/messages/{number}/reactions/👍"
        assert (await guest.http.put(reaction)).is_success
    _, facts = await world.database.room(room)
    urls = [node.url for node in world.nodes]
    clients = []
    for person in people:
        own = Random(random.random())  # noqa: S311
        doer = Doer(person, people, room, urls, own, ACTION_SECONDS)
        clients.append(Client(person, room, facts, urls, own, FRAME_SECONDS, doer=doer))
    return clients


async def _live_through(
    world: World,
    clients: list[Client],
    disturbances: Iterable[Disturbance],
    beside: tuple[Passing, float],
) -> Verdict:
    passing, seconds = beside
    running = [asyncio.create_task(client.run(), name=client.name) for client in clients]
    try:
        counts, _ = await asyncio.gather(disturb(world, disturbances), passing.run(seconds))
        for client in clients:
            client.stop_speaking()
        await eventually(passing.is_over, "the end of what follows", CALM_SECONDS)
        await eventually(lambda: _is_calm(clients, running, world), "calm", CALM_SECONDS)
    except AssertionError as error:
        raise AssertionError(f"{error}\n{_unrest(clients)}") from error
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    verdict = await judge(clients, world.database)
    verdict.counts.update(counts + passing.counts)
    return verdict


async def _is_calm(clients: list[Client], running: list[asyncio.Task[None]], world: World) -> bool:
    """Everything said is answered, and everybody knows as much as there is of their room, but for
    those who are in it no more, and do not come back any more.
    """
    for task in running:
        assert not task.done(), f"{task.get_name()} gave up: {task}"
    # Asked before the database is: what is done in between would be missing there.
    if any(client.is_doing for client in clients):
        return False
    members, heads = await world.database.members(), await world.database.heads()
    return all(
        client.is_answered and client.account.last == heads[client.room]
        if (client.room, client.person.id) in members
        else client.is_out
        for client in clients
    )


async def _notifications_work(world: World, person: Person) -> None:
    """The servers hear each other again: what is said on one comes to the other at once, not only
    when they compare with the database, every two seconds. In a room of its own, where nobody has
    been kept from speaking.
    """
    homes = [await person.at(node.server) for node in world.nodes]
    room = await homes[0].create_room()
    chats = [await home.connect(room, read="manual") for home in homes]
    for chat in chats:
        await chat.expect("ready")
    for speaker, listener in (chats, chats[::-1]):
        async with deadline(NOTIFICATION_SECONDS, "six prompt notifications in a row"):
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
        f"{client.name} in room {client.room} (out: {client.is_out}):"
        f" heard up to {client.account.last}, waits for {client.account.unanswered};"
        f" {client.account.duplicates} {client.account.losses} {client.account.surprises}"
        for client in clients
    )
