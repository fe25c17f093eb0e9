"""The database of DATABASE_URL, whatever its version, as it is at one moment."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

from commands.keeping.folder import KeepError
from commands.keeping.postgres_source import PostgresSource, connect
from commands.keeping.sqlite_source import SECONDS_LOCKED, SqliteSource
from private_files import sqlite_path


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[SqliteSource | PostgresSource]:
    """The database, for reading.

    Raises:
        KeepError: it cannot be read.
    """
    source: SqliteSource | PostgresSource
    try:
        path = sqlite_path(url)
        source = SqliteSource(path) if path else await PostgresSource.open(url)
    except Exception as error:
        raise unusable(error) from None
    try:
        yield source
    finally:
        await source.close()


async def file_keys(url: str) -> set[str]:
    """The keys of all files that the database knows at this moment, also of pictures of rooms."""
    async with opened(url) as source:
        columns = {table.name: table.columns for table in await source.tables()}
        rows = await source.ask("SELECT storage_key FROM file") if "file" in columns else []
        if "picture" in columns.get("room", {}):
            rows = [*rows, *await source.ask("SELECT picture FROM room WHERE picture <> ''")]
        return {str(row[0]) for row in rows}


def unusable(error: Exception) -> KeepError:
    """What to say of a database that does not answer."""
    return KeepError(f"DATABASE_URL: {' '.join(str(error).split())}")


async def write(url: str, sql: str) -> None:
    """Run one statement, and commit."""
    path = sqlite_path(url)
    if path:
        with closing(sqlite3.connect(path, SECONDS_LOCKED, isolation_level=None)) as free:
            free.execute(sql)
        return
    connection = await connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()
