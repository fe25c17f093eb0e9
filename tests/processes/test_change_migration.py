"""Numbering what is there, while an older version serves and until the migration has ended."""

import asyncio
import contextlib
from pathlib import Path

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import OperationalError

from models import Post, Room
from models.database import atomically, fetch
from models.sql.message_store import store
from realtime.room_changes import RoomChanges
from tests.support.databases import PostgresDatabases, sqlite_url
from tests.support.memory_socket import nobody_is_online
from tests.support.server import quart, run_python
from tests.support.tables import opened

MIGRATE = """
import asyncio
from config import TORTOISE_ORM
from tortoise import Tortoise
from tortoise.migrations.api.migrate import migrate

async def main():
    await migrate(config=TORTOISE_ORM, target="models.{}")
    await Tortoise.close_connections()

asyncio.run(main())
"""
BEFORE = MIGRATE.format("0005_decline")
AT = "2026-01-01 10:00:00+00:00"
# As the version of then writes them.
PERSON = """
INSERT INTO user_account (username, username_key, password_hash, created_at)
VALUES ('anna', 'anna', 'none', '2026-01-01 10:00:00+00:00') RETURNING id
"""
ROOM = """
INSERT INTO room (name, kind, revision, created_at)
VALUES ('old', 'room', 0, '2026-01-01 10:00:00+00:00') RETURNING id
"""
MEMBER = """
INSERT INTO membership (room_id, user_id, role, last_read, joined_at)
VALUES (1, 1, 'owner', 0, '2026-01-01 10:00:00+00:00') RETURNING id
"""
MESSAGES = """
INSERT INTO message (room_id, author_id, number, revision, body, created_at) VALUES
"""
BATCH = 5


@pytest.fixture(params=["sqlite", "postgres"])
async def old_url(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: PostgresDatabases
) -> str:
    """The URL of a database as it was, with a room that has a message."""
    is_sqlite = request.param == "sqlite"
    url = sqlite_url(tmp_path / "old.sqlite3") if is_sqlite else await postgres.empty()
    status, output = await run_python("-c", BEFORE, cwd=tmp_path, settings={"DATABASE_URL": url})
    assert status == 0, output
    async with opened(url):
        for row in (PERSON, ROOM, MEMBER):
            await fetch(row)
        await say()
    return url


async def say() -> None:
    """Store a batch as the old version does: locked, numbered, the room last."""

    async def work(connection: BaseDBAsyncClient) -> None:
        head = (await Room.lock([1], connection))[1]
        numbers = range(head + 1, head + BATCH + 1)
        values = ", ".join(f"(1, 1, {n}, {n}, 'text {n}', '{AT}')" for n in numbers)
        await fetch(f"{MESSAGES} {values} RETURNING id", connection=connection)
        sql = "UPDATE room SET revision = $1 WHERE id = 1 RETURNING id"
        await fetch(sql, head + BATCH, connection=connection)

    await atomically(work)


async def numbers() -> tuple[list[tuple[int, int]], int]:
    """Return (number, change) of all messages in the order of changes, and the room's change."""
    rows = await fetch("SELECT number, change FROM message ORDER BY change")
    change = (await fetch("SELECT change FROM room"))[0][0]
    return [(number, at_change) for number, at_change in rows], change


async def test_numbered_while_the_old_version_serves(old_url: str, tmp_path: Path) -> None:
    is_done = asyncio.Event()
    said = 0

    async def talk() -> None:
        nonlocal said
        while not is_done.is_set():
            with contextlib.suppress(
                OperationalError
            ):  # SQLite's lock; their outbox says it again.
                await say()
                said += BATCH
            await asyncio.sleep(0.01)

    async with opened(old_url):
        talking = asyncio.create_task(talk())
        status, output = await run_python(
            "-c",
            MIGRATE.format("0060_search_index"),
            cwd=tmp_path,
            settings={"DATABASE_URL": old_url},
        )
        is_done.set()
        await talking
        assert status == 0, output
        assert said > BATCH, "nothing was said meanwhile"
        await say()
        found, change = await numbers()
        assert found == [(n, n) for n in range(1, said + 2 * BATCH + 1)]
        assert change == len(found)


async def test_this_version_numbers_on(old_url: str, tmp_path: Path) -> None:
    status, output = await quart("migrate", tmp_path, {"DATABASE_URL": old_url})
    assert status == 0, output
    async with opened(old_url):
        await store([Post(1, 1, "anna", "new")])
        await store([Post(1, 1, "anna", "new again")])
        found, change = await numbers()
        last = BATCH + 2
        assert found == [(n, n) for n in range(1, last + 1)]
        page, end = await RoomChanges(nobody_is_online, "en").since(1, 1, change)
        assert [each.change for each in page] == list(range(2, last + 1))
        assert end == change == last
