"""Giving back the disk that deleted rows have left free."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from commands.keeping.folder import KeepError
from commands.keeping.postgres_source import connect, tables_of
from commands.keeping.progress import progress
from commands.keeping.sqlite_source import SECONDS_LOCKED
from private_files import BESIDE, sqlite_path


async def vacuum(url: str, *, full: bool) -> tuple[int, int]:
    """How many bytes the database had, and has.

    Raises:
        KeepError: there is too little disk, or others are at it.
    """
    path = sqlite_path(url)
    try:
        return _on_sqlite(path) if path else await _on_postgres(url, full=full)
    except Exception as error:
        raise KeepError(f"DATABASE_URL: {' '.join(str(error).split())}") from None


def _on_sqlite(path: Path) -> tuple[int, int]:
    before = _size(path)
    needed, free = 2 * path.stat().st_size, shutil.disk_usage(path.parent).free
    if free < needed:
        raise KeepError(f"{needed} bytes of disk are needed for a while, {free} are free")
    os.environ["SQLITE_TMPDIR"] = str(path.parent)  # /tmp may be small, and in memory.
    with (
        closing(sqlite3.connect(path, SECONDS_LOCKED, isolation_level=None)) as connection,
        progress("writing the file anew"),
    ):
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("VACUUM")
        connection.execute("PRAGMA optimize")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return before, _size(path)


def _size(path: Path) -> int:
    beside = [path.with_name(path.name + ending) for ending in BESIDE]
    return sum(each.stat().st_size for each in (path, *beside) if each.exists())


async def _on_postgres(url: str, *, full: bool) -> tuple[int, int]:
    connection = await connect(url)
    try:
        before = await connection.fetchval(_BYTES)
        names = [*(table.name for table in await tables_of(connection)), "search_document"]
        with progress("tables", [len(names)]) as step:
            for name in names:
                await connection.execute(f'VACUUM ({"FULL, " if full else ""}ANALYZE) "{name}"')
                step(1)
        return int(before), int(await connection.fetchval(_BYTES))
    finally:
        await connection.close()


_BYTES = "SELECT pg_database_size(current_database())"
