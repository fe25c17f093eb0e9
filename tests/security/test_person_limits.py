"""How often one person may search, list and change things; nobody else is slowed down by it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.databases import SqliteDatabases
from tests.support.factories import MakePerson
from tests.support.nodes import running
from tests.support.person import Person
from tests.support.server import Server

AT_A_TIME = 8


@pytest.fixture(scope="module")
async def limited(folder: Path, sqlite: SqliteDatabases) -> AsyncIterator[Server]:
    """A server with its limits on, as people run it."""
    async with running(folder, DATABASE_URL=sqlite.fresh(), RATE_LIMITS="on") as server:
        yield server


async def exhaust(person: Person, method: str, path: str, **body: Any) -> int:
    """Ask until it is refused; return how often it was not."""
    statuses: Counter[int] = Counter()

    async def ask() -> None:
        while not statuses[429]:
            answer = await person.http.request(method, path, json=body or None)
            statuses[answer.status_code] += 1
            if answer.status_code == 429:
                assert int(answer.headers["Retry-After"]) >= 1

    await asyncio.gather(*(ask() for _ in range(AT_A_TIME)))
    assert set(statuses) <= {200, 204, 403, 429}, statuses
    return statuses.total() - statuses[429]


async def is_refused(person: Person, method: str, path: str, **body: Any) -> bool:
    """Whether this too is refused soon: a moment may have let one more through."""
    return await exhaust(person, method, path, **body) < AT_A_TIME * 2


async def test_searches_are_limited_by_person(limited: Server, person: MakePerson) -> None:
    eve, bob = await person("eve", on=limited), await person("bob", on=limited)
    assert await exhaust(eve, "GET", "/api/people?q=zz") >= 60
    assert await is_refused(eve, "GET", "/api/rooms?q=zz")
    assert (await bob.http.get("/api/people?q=zz")).status_code == 200
    assert await eve.rooms() == []


async def test_lists_are_limited_by_person(limited: Server, person: MakePerson) -> None:
    eve, bob = await person("eve", on=limited), await person("bob", on=limited)
    assert await exhaust(eve, "GET", "/api/rooms") >= 200
    assert await is_refused(eve, "GET", "/rooms/")
    assert (await bob.http.get("/rooms/")).status_code == 200


async def test_changes_that_others_are_told_of_are_limited(
    limited: Server, person: MakePerson
) -> None:
    eve, bob = await person("eve", on=limited), await person("bob", on=limited)
    room = await eve.create_room(bob)
    here, his = f"/api/rooms/{room}", f"/api/rooms/{room}/members/{bob.id}"
    await eve.post(room, "hello")
    assert await exhaust(eve, "PUT", f"{here}/mute", is_muted=True) >= 100
    assert await is_refused(eve, "PATCH", his, role="owner")
    assert await is_refused(eve, "PUT", f"{here}/hidden", is_hidden=False)
    assert await is_refused(eve, "POST", f"{here}/unread", message_id=1)
    for path in (f"{here}/accept", f"{here}/decline"):
        assert await is_refused(eve, "POST", path)
    assert (await bob.http.put(f"{here}/mute", json={"is_muted": True})).status_code == 204


async def test_nobody_asks_the_same_person_again_and_again(
    limited: Server, person: MakePerson
) -> None:
    """Each time would be news in their list."""
    eve, bob = await person("eve", on=limited), await person("bob", on=limited)
    room, other = await eve.create_room(bob), await eve.create_room()
    await bob.remove_member(room, bob.id)
    path, name = f"/api/rooms/{room}/members", {"username": bob.username}
    statuses = []
    for _ in range(6):
        statuses.append((await eve.http.post(path, json=name)).status_code)
        await eve.http.delete(f"{path}/{bob.id}")
    assert statuses == [202] * 5 + [429]
    # Into another room he has not been asked.
    await eve.add_member(other, bob)


async def test_drafts_are_limited_by_person(limited: Server, person: MakePerson) -> None:
    eve = await person("eve", on=limited)
    path = f"/api/rooms/{await eve.create_room()}/draft"
    assert await exhaust(eve, "PUT", path, message="a") >= 100
    assert await is_refused(eve, "GET", path)
