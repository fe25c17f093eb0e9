"""The words of what is taken away leave the index, by every way; on SQLite soon after, in parts."""

from collections.abc import Awaitable, Callable
from datetime import UTC

import pytest

from models.database import fetch
from models.search_document import CHARACTERS
from models.search_index import PART, documents, index_room, next_texts
from models.search_outdated import take_out, take_out_all
from models.sql.fast_path import is_on_sqlite
from models.sql.message_store import store
from models.stored_message import Post
from protocol.views import SearchedTo
from services.search.query import parse
from services.search.scope import scope_of
from tests.api.test_search import numbers
from tests.support.factories import MakePerson, StartServer
from tests.support.person import Person
from tests.support.tables import opened, people, room_of

_SQLITE = "SELECT COUNT(*) FROM search_index_docsize", "SELECT COUNT(*) FROM temp.terms"
_POSTGRES = (
    "SELECT COUNT(*) FROM search_document",
    "SELECT COUNT(DISTINCT term) FROM search_document, UNNEST(terms) AS term",
)
_TERMS = "CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, search_index, 'row')"


async def indexed(database_url: str, *, at_once: bool = False) -> tuple[int, int]:
    """How many messages are in the index, and how many different terms, when what is outdated has
    left it, unless that has to have happened `at_once`.
    """
    async with opened(database_url):
        if not at_once:
            await take_out_all()
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


async def removed(anna: Person, room: int, count: int = 2) -> None:
    """All of one author."""
    path = f"/api/rooms/{room}/members/{anna.id}/messages/remove"
    assert (await anna.http.post(path, json={})).json() == {"count": count}


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
    assert await indexed(database_url, at_once=away in {deleted, edited}) == expected
    assert await numbers(anna, "кошка") == []


async def test_many_leave_the_index_in_parts(
    sqlite_url: str, server: StartServer, person: MakePerson
) -> None:
    """Nobody finds them from the first moment on; whoever is killed begins where it ended; and an
    edited one is found by its new words alone.
    """
    node = await server(DATABASE_URL=sqlite_url)
    anna, boris = await person("anna", on=node), await person("boris", on=node)
    room = await anna.create_room(boris)
    long = "東京都" * (CHARACTERS // 6)  # Two of them are one part.
    for _ in range(5):
        await anna.post(room, long)
    await boris.post(room, "plum")
    assert await numbers(boris, "東京") == [5, 4, 3, 2, 1]
    await boris.http.patch(f"/api/rooms/{room}/messages/6", json={"message": "quince"})
    await removed(anna, room, 5)
    assert [await numbers(boris, word) for word in ("東京", "plum", "quince")] == [[], [], [6]]
    await node.kill()
    async with opened(sqlite_url):
        assert [await take_out() for _ in range(4)] == [2, 2, 1, 0]
    # One term, and four of where and when.
    assert await indexed(sqlite_url) == (1, 5)


async def test_it_is_known_how_far_it_has_come(database_url: str) -> None:
    """A search says so of the rooms in which it does not find the latest messages yet."""
    async with opened(database_url):
        (anna,) = await people("anna")
        room = await room_of(anna)
        await store([Post(room, anna.id, "anna", f"plum {number}") for number in range(PART + 10)])
        found = []
        for _ in range(3):
            found.append((await scope_of(anna.id, parse("plum", UTC))).behind)
            await index_room(room, documents(await next_texts(room)))
        assert found == [[SearchedTo(room, 0)], [SearchedTo(room, PART)], []]
