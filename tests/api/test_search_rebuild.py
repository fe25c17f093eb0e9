"""The index of messages is made anew by a command, and what servers left is found by it."""

import pytest

from models.search_index import begin_anew
from models.sql.fast_path import scan
from tests.api.test_search import numbers
from tests.support.factories import MakePerson, StartServer
from tests.support.server import ROOT, quart
from tests.support.tables import opened


async def test_index_is_made_anew_while_people_search(
    database_url: str, server: StartServer, person: MakePerson
) -> None:
    anna = await person("anna", on=await server(DATABASE_URL=database_url))
    room = await anna.create_room()
    for number in range(3):
        await anna.post(room, f"plum {number}")
    where = f"/api/rooms/{room}/messages"
    await anna.http.delete(f"{where}/2")
    assert await numbers(anna, "plum") == [3, 1]
    for options in ("", " --resume"):
        status, output = await quart(
            f"search rebuild{options}", ROOT, {"DATABASE_URL": database_url}
        )
        assert status == 0, output
        assert "every message can be found" in output
        assert await numbers(anna, "plum") == [3, 1]
    await anna.http.patch(f"{where}/3", json={"message": "quince"})
    assert await numbers(anna, "plum") == [1]
    assert await numbers(anna, "quince") == [3]


async def test_another_analyzer_makes_it_anew(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(database_url):
        await begin_anew(only_if_old=True)
        monkeypatch.setattr("models.search_index.ANALYZER", 9)
        await begin_anew(only_if_old=True)
        assert list(await scan("SELECT number FROM search_progress")) == [(9,)]
