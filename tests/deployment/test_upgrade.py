"""Databases as earlier versions have left them (tests/fixtures/databases) are brought up to date,
and served: who was there finds what was said, under its numbers.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from commands.demo import PASSWORD
from models.migrate import connect_options
from tests.support.databases import PostgresDatabases, sqlite_url
from tests.support.factories import StartServer
from tests.support.keeping import done, refused
from tests.support.person import Person
from tests.support.server import ROOT

FOLDER = ROOT / "tests" / "fixtures" / "databases"
DUMPS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.sql"))}


@pytest.fixture
async def old_url(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: PostgresDatabases
) -> str:
    """The URL of a database made by this dump."""
    name: str = request.param
    script = DUMPS[name]
    if name.endswith(".sqlite"):
        path = tmp_path / "old.sqlite3"
        with closing(sqlite3.connect(path)) as database:
            database.executescript(script)
        return sqlite_url(path)
    url = await postgres.empty()
    connection = await asyncpg.connect(**connect_options(url))
    await connection.execute(script)
    await connection.close()
    return url


@pytest.mark.parametrize("old_url", DUMPS, indirect=True)
async def test_served_after_the_upgrade(old_url: str, tmp_path: Path, server: StartServer) -> None:
    settings = {"DATABASE_URL": old_url}
    await done("backup before", tmp_path, settings)
    await done("migrate", tmp_path, settings)
    assert "NOT SO" not in await done("verify", tmp_path, settings)
    node = await server(**settings)
    async with Person(node) as anna:
        await anna.login("anna", PASSWORD)
        room = next(each["id"] for each in await anna.rooms() if each["name"] == "Coffee & code")
        found = await anna.messages(room, limit=200)
        assert [each["message_id"] for each in found] == list(range(1, 35))
        chat = await anna.connect(room, since=found[-1]["change"] - 1)
        await chat.expect("ready")
        assert (await chat.say("After the upgrade"))["message_id"] == 35


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.startswith("quart-")}


REHEARSED = [name for name in DUMPS if name.startswith("2026-11-30")]


@pytest.mark.parametrize("old_url", REHEARSED, indirect=True)
async def test_rehearsed(old_url: str, tmp_path: Path) -> None:
    """It says what would come, changes nothing, and leaves nothing behind."""
    settings = {"DATABASE_URL": old_url}
    before = names(tmp_path)
    said = await done("migrate --rehearse", tmp_path, settings)
    assert "migration: 0019_draft" in said
    assert "new: column departure.last_read" in said
    assert "all 3 rooms, and whatever else was there, are as they were" in said
    assert names(tmp_path) == before


@pytest.mark.parametrize("old_url", REHEARSED, indirect=True)
async def test_migrations_that_would_fail(old_url: str, tmp_path: Path) -> None:
    """What is in the way is said by the rehearsal, and the database is as it was."""
    await _run(old_url, "CREATE TABLE draft (id INTEGER)")
    for _ in range(2):
        said = await refused("migrate --rehearse", tmp_path, {"DATABASE_URL": old_url})
        assert said.startswith("the migrations fail, on the copy: ")
        assert "draft" in said


async def _run(url: str, sql: str) -> None:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite://"))) as database:
            database.execute(sql)
        return
    connection = await asyncpg.connect(**connect_options(url))
    await connection.execute(sql)
    await connection.close()
