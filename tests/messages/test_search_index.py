"""The words of what is taken away leave the index in the same transaction, by every way."""

from collections.abc import Awaitable, Callable

import pytest

from models.database import fetch
from models.sql.fast_path import is_on_sqlite
from tests.api.test_search import numbers
from tests.support.factories import MakePerson, StartServer
from tests.support.person import Person
from tests.support.tables import opened

_SQLITE = "SELECT COUNT(*) FROM search_index_docsize", "SELECT COUNT(*) FROM temp.terms"
_POSTGRES = (
    "SELECT COUNT(*) FROM search_document",
    "SELECT COUNT(DISTINCT term) FROM search_document, UNNEST(terms) AS term",
)
_TERMS = "CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, search_index, 'row')"


async def indexed(database_url: str) -> tuple[int, int]:
    """How many messages are in the index, and how many different terms."""
    async with opened(database_url):
        if is_on_sqlite():
            await fetch(_TERMS)
        messages, terms = _SQLITE if is_on_sqlite() else _POSTGRES
        ((count,),) = await fetch(messages)
        ((different,),) = await fetch(terms)
        return count, different


async def edited(anna: Person, room: int) -> None:
    """Give each another text, the same one: one term, and four of where and when."""
    for number in (1, 2):
        path = f"/api/rooms/{room}/messages/{number}"
        assert (await anna.http.patch(path, json={"message": "plum"})).is_success


async def deleted(anna: Person, room: int) -> None:
    """One by one."""
    for number in (1, 2):
        assert (await anna.http.delete(f"/api/rooms/{room}/messages/{number}")).is_success


async def removed(anna: Person, room: int) -> None:
    """All of one author."""
    path = f"/api/rooms/{room}/members/{anna.id}/messages/remove"
    assert (await anna.http.post(path, json={})).json() == {"count": 2}


async def without_room(anna: Person, room: int) -> None:
    """With their room."""
    assert (await anna.http.delete(f"/api/rooms/{room}")).is_success


@pytest.mark.parametrize("away", [deleted, removed, without_room, edited])
async def test_what_is_taken_away_is_not_indexed(
    database_url: str,
    server: StartServer,
    person: MakePerson,
    away: Callable[[Person, int], Awaitable[None]],
) -> None:
    anna = await person("anna", on=await server(DATABASE_URL=database_url))
    room = await anna.create_room()
    await anna.post(room, "Кошки and sess.opts, https://example.org/cats")
    await anna.post(room, "getUserName 東京都 ёлки")
    assert await numbers(anna, "кошка") == [1]
    count, terms = await indexed(database_url)
    assert count == 2
    assert terms > 15
    await away(anna, room)
    expected = (0, 0)
    if away is edited:
        assert await numbers(anna, "plum") == [2, 1]
        expected = (2, 5)
    assert await indexed(database_url) == expected
    assert await numbers(anna, "кошка") == []
