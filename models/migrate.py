"""Preparing the database: Tortoise's migrations, one process at a time."""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

from tortoise import Tortoise
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.config import TortoiseConfig
from tortoise.migrations.api import migrate as apply_migrations

from models.migration_states import light_states
from models.name_key import fill_name_keys

LOCK = 0x62657365  # "bese": any number does that no other program on this database uses.
# What of a URL leads to the server; the rest is for Tortoise, which reads URLs in its own way.
_CONNECT_OPTIONS = ("host", "port", "user", "password", "database", "ssl")


async def migrate(config: TortoiseConfig) -> None:
    """Bring the database up to date. May be run again, and from several processes at once."""
    async with _exclusively(str(config.connections["default"].to_config())):
        try:
            with light_states():
                await apply_migrations(config=config)
            await _fill(config)
        finally:
            await Tortoise.close_connections()


def connect_options(url: str) -> dict[str, str | int | None]:
    """What of a PostgreSQL database's URL leads to the server, for asyncpg."""
    parts = expand_db_url(url)["credentials"]
    return {name: parts[name] for name in _CONNECT_OPTIONS if name in parts}


async def _fill(config: TortoiseConfig) -> None:
    # Not in a migration: its transaction would keep the table of users locked for as long as it
    # takes, for a version that still serves.
    await Tortoise.init(config=config, _enable_global_fallback=True)
    await fill_name_keys()


@asynccontextmanager
async def _exclusively(url: str) -> AsyncIterator[None]:
    if url.startswith("sqlite://"):
        path = url.removeprefix("sqlite://").partition("?")[0]
        with closing(sqlite3.connect(path)) as probe:
            # Tortoise's migrations wait for ever for what is no database.
            probe.execute("PRAGMA schema_version")
        lock = os.open(f"{path}.migrating", os.O_CREAT | os.O_WRONLY, 0o600)
        try:
            await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)
        return
    import asyncpg  # noqa: PLC0415 - this module is loaded with every server, also on SQLite

    connection = await asyncpg.connect(**connect_options(url))
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        yield
    finally:
        await connection.close()  # Gives the lock back too.
