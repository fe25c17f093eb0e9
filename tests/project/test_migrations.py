"""`quart --app app migrate`: safe twice, safe from several processes, true to the models."""

import asyncio
import re
from pathlib import Path

import pytest
from tortoise import Tortoise
from tortoise.migrations.autodetector import MigrationAutodetector

from config import Settings, tortoise_config
from tests.support.databases import PostgresDatabases, sqlite_url
from tests.support.factories import StartServer
from tests.support.person import Person
from tests.support.server import ROOT, quart

MIGRATIONS = ROOT / "models" / "migrations"


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    """The URL of a database that does not exist yet."""
    return sqlite_url(tmp_path / "empty.sqlite3")


@pytest.fixture
async def empty_postgres_url(postgres: PostgresDatabases) -> str:
    """The URL of a database without tables."""
    return await postgres.empty()


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest) -> str:
    """An empty database; the test runs once on each kind."""
    return str(request.getfixturevalue(f"empty_{request.param}_url"))


async def test_migrate_twice(empty_url: str, tmp_path: Path) -> None:
    for _ in range(2):
        status, output = await quart("migrate", tmp_path, {"DATABASE_URL": empty_url})
        assert status == 0, output


async def test_migrate_from_several_processes_at_once(
    empty_url: str, tmp_path: Path, server: StartServer
) -> None:
    settings = {"DATABASE_URL": empty_url}
    results = await asyncio.gather(*(quart("migrate", tmp_path, settings) for _ in range(4)))
    assert [status for status, _ in results] == [0, 0, 0, 0], results
    node = await server(DATABASE_URL=empty_url)
    async with await Person.join(node) as somebody:
        assert await somebody.rooms() == []


async def test_server_without_migrated_database_says_what_to_do(
    empty_url: str, server: StartServer
) -> None:
    with pytest.raises(AssertionError, match="migrate"):
        await server(DATABASE_URL=empty_url)


def test_migrations_only_add() -> None:
    """So that an older version serves beside a newer one, and can come back."""
    takes = re.compile(r"(Remove|Delete|Rename)(Field|Model)|\bDROP (TABLE|COLUMN)\b|ALTER COLUMN")
    texts = {path.name: path.read_text("utf-8") for path in MIGRATIONS.glob("0*.py")}
    assert len(texts) > 50
    assert [name for name, text in texts.items() if takes.search(text)] == []


async def test_migrations_match_the_models(empty_sqlite_url: str) -> None:
    """What `tortoise makemigrations` would write: nothing."""
    config = tortoise_config(Settings(database_url=empty_sqlite_url))
    await Tortoise.init(config=config, init_connections=False)
    try:
        assert Tortoise.apps is not None
        writers = await MigrationAutodetector(Tortoise.apps, config.to_dict()["apps"]).changes()
        assert [str(operation) for writer in writers for operation in writer.operations] == []
    finally:
        await Tortoise.close_connections()
