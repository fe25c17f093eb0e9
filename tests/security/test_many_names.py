"""Names that somebody sends by the hundred are looked at in turns, and no more than may pass."""

import asyncio

import pytest

from models import Refusal, new_room
from models.names import name_keys
from models.new_room import users_named
from tests.support.factories import MakePerson, StartServer
from tests.support.tables import opened

# Eighteen characters each, in the form of NFKC.
DEAR = "\ufdfa" * 60


async def test_names_are_looked_at_in_turns(sqlite_url: str) -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with opened(sqlite_url):
        task = asyncio.create_task(others())
        # So many that two milliseconds are over on any machine: each takes 40 µs or more.
        with pytest.raises(Refusal, match="too_many_members"):
            await users_named([f"{number}{DEAR}" for number in range(5_000)], most=4_000)
        task.cancel()
    assert turns > 5


async def test_no_more_names_are_looked_at_than_may_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def key(name: str) -> str:
        seen.append(name)
        return name

    monkeypatch.setattr(new_room, "username_key", key)
    with pytest.raises(Refusal, match="too_many_members"):
        await users_named([f"name{number}" for number in range(5_000)], most=100)
    assert len(seen) == 101


async def test_rooms_that_are_refused_count_too(server: StartServer, person: MakePerson) -> None:
    """By person, and by whichever door."""
    node = await server(RATE_LIMITS="on")
    eve, bob = await person("eve", on=node), await person("bob", on=node)
    body = {"name": "Room", "members": "nobody.at.all"}
    statuses = []
    for _ in range(50):
        api = await eve.http.post("/api/rooms", json=body | {"members": [body["members"]]})
        form = await eve.http.post("/rooms/new", data=body)
        statuses += [api.status_code, form.status_code]
    assert statuses[:60] == [422] * 60
    assert 429 in statuses
    await bob.create_room()


def test_keys_of_an_old_name_are_of_its_beginning() -> None:
    """Of which there may be such as were chosen before there was a limit."""
    assert name_keys(DEAR) == name_keys("\ufdfa" * 8)
