"""Preparing the database: Tortoise's migrations, one process at a time."""

import asyncio
import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from tortoise import Tortoise, connections
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.migrations.api import migrate as apply_migrations
from tortoise.migrations.executor import MigrationExecutor

LOCK = 0x62657365  # "bese": any number does that no other program on this database uses.
# What of a URL leads to the server; the rest is for Tortoise, which reads URLs in its own way.
_REACH = ("host", "port", "user", "password", "database", "ssl")


async def migrate(config: dict[str, Any]) -> None:
    """Bring the database up to date. May be run again, and from several processes at once."""
    async with _alone(config["connections"]["default"]):
        try:
            await apply_migrations(config=config)
        finally:
            await Tortoise.close_connections()


async def is_up_to_date(config: dict[str, Any]) -> bool:
    """Whether every migration has been applied to the connected database."""
    return not await MigrationExecutor(connections.get("default"), config["apps"]).plan(None)


@asynccontextmanager
async def _alone(url: str) -> AsyncIterator[None]:
    if url.startswith("sqlite://"):
        path = Path(url.removeprefix("sqlite://").partition("?")[0] + ".migrating")
        with path.open("w") as lock:  # noqa: ASYNC230 - an empty file of our own
            await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
            yield
        return
    parts = expand_db_url(url)["credentials"]
    connection = await asyncpg.connect(**{name: parts[name] for name in _REACH if name in parts})
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        yield
    finally:
        await connection.close()  # Gives the lock back too.
