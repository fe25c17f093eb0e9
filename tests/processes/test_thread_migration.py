"""Replies from before threads were stored are in theirs."""

import asyncio
from pathlib import Path

import pytest

from models.database import fetch
from models.sql.message_store import store
from models.stored_message import Post
from tests.processes.test_change_migration import MEMBER, MIGRATE, PERSON, ROOM
from tests.support.databases import PostgresDatabases, sqlite_url
from tests.support.server import quart, run_python
from tests.support.tables import opened

MESSAGE = """
INSERT INTO message (room_id, author_id, number, revision, change, body, created_at, reply_to)
VALUES ($1, 1, $2, $2, $2, 'text', '2026-01-01 10:00:00+00:00', $3) RETURNING id
"""
TARGET = "0014_text_changes_index"
# Of each message what it replies to: chains, a tree, and a reply whose quoted message was a reply
# that has been deleted (5), which does not know any more to what.
REPLIES = (None, 1, 2, 1, None, 5, 3, None, 4, 9)
THREADS = [None, 1, 1, 1, None, 5, 1, None, 1, 1]


async def say(number: int, reply_to: int | None, room_id: int = 1) -> None:
    """Store a message as the old version does."""
    await fetch(MESSAGE, room_id, number, reply_to)


async def threads() -> list[tuple[int, int, int | None]]:
    sql = "SELECT room_id, number, thread FROM message ORDER BY room_id, number"
    return [(room_id, number, thread) for room_id, number, thread in await fetch(sql)]


@pytest.fixture(params=["sqlite", "postgres"])
async def old_url(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: PostgresDatabases
) -> str:
    """The URL of a database as it was, with two rooms of the same messages."""
    is_sqlite = request.param == "sqlite"
    url = sqlite_url(tmp_path / "old.sqlite3") if is_sqlite else await postgres.empty()
    script = MIGRATE.format(TARGET)
    status, output = await run_python("-c", script, cwd=tmp_path, settings={"DATABASE_URL": url})
    assert status == 0, output
    async with opened(url):
        for row in (PERSON, ROOM, ROOM, MEMBER):
            await fetch(row)
        for number, reply_to in enumerate(REPLIES, 1):
            await asyncio.gather(*(say(number, reply_to, room_id) for room_id in (1, 2)))
    return url


async def test_threads_are_found(old_url: str, tmp_path: Path) -> None:
    status, output = await quart("migrate", tmp_path, {"DATABASE_URL": old_url})
    assert status == 0, output
    async with opened(old_url):
        expected = [(room, n, thread) for room in (1, 2) for n, thread in enumerate(THREADS, 1)]
        assert await threads() == expected
        await fetch("UPDATE room SET revision = 10, change = 10 WHERE id = 1 RETURNING id")
        await store([Post(1, 1, "anna", "new", reply_to=10)])
        assert (1, 11, 1) in await threads()
