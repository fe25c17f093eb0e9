"""What `migrate` would do, found out on a copy."""

import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from commands.keeping.facts import Facts, differences, facts_of
from commands.keeping.folder import KeepError, check_room_for
from commands.keeping.opening import opened
from commands.keeping.postgres_source import connect
from commands.keeping.postgres_tools import ToolError, run_tool
from commands.keeping.progress import progress
from commands.keeping.sqlite_source import SqliteSource
from commands.keeping.tables import Table
from commands.keeping.target import MIGRATIONS
from config import Settings, tortoise_config
from models.migrate import connect_options, migrate
from private_files import sqlite_path

_ENDING = "_rehearsal"
_APPLIED = f"SELECT name FROM {MIGRATIONS} ORDER BY id"  # noqa: S608 - a constant


class Rehearsal(Struct):
    """What has come of it: names of migrations and of tables and columns, a line for each table and
    room that is another one by what was there before.
    """

    seconds: float
    migrations: list[str]
    added: list[str]
    removed: list[str]
    changed: list[str]
    rooms: int


async def rehearse(settings: Settings) -> Rehearsal:
    """Copy the database, bring the copy up to date, and compare. The copy is gone afterwards.

    Raises:
        KeepError: it cannot be copied, or the migrations fail.
    """
    try:
        async with _copied(settings.database_url) as url:
            return await _on(url)
    except (OSError, ToolError, sqlite3.Error) as error:
        raise KeepError(f"the database cannot be copied: {error}") from None


async def _on(url: str) -> Rehearsal:
    before, tables, applied = await _look(url, None)
    started = time.monotonic()
    try:
        await migrate(tortoise_config(Settings(database_url=url)))
    except Exception as error:
        said = " ".join(str(error).split())
        raise KeepError(f"the migrations fail, on the copy: {said}") from None
    seconds = time.monotonic() - started
    after, now, since = await _look(url, tables)
    return Rehearsal(
        seconds,
        since[len(applied) :],
        _lacking(now, tables),
        _lacking(tables, now),
        differences(before, after),
        len(after.rooms),
    )


async def _look(url: str, earlier: list[Table] | None) -> tuple[Facts, list[Table], list[str]]:
    """What is compared, by the columns that were there earlier; all tables; the migrations."""
    async with opened(url) as source:
        tables = [table for table in await source.tables() if table.name != MIGRATIONS]
        known = {table.name: table for table in (tables if earlier is None else earlier)}
        compared = [table.only(known.get(table.name)) for table in tables]
        compared = [table for table in compared if table.columns]
        with progress("comparing", [await source.count(table) for table in compared]) as step:
            facts = await facts_of(source, compared, step)
        applied = [str(row[0]) for row in await source.ask(_APPLIED)] if tables else []
    return facts, tables, applied


def _lacking(there: Sequence[Table], other: Sequence[Table]) -> list[str]:
    """Tables, and columns of tables, that the other has not."""
    known = {table.name: table.columns for table in other}
    found = []
    for table in there:
        if table.name not in known:
            found.append(f"table {table.name}")
        else:
            lacking = [name for name in table.columns if name not in known[table.name]]
            found += [f"column {table.name}.{name}" for name in lacking]
    return found


@asynccontextmanager
async def _copied(url: str) -> AsyncIterator[str]:
    """The URL of a copy, for as long as it is needed."""
    path = sqlite_path(url)
    if path is None:
        async with _postgres_copy(url) as copy:
            yield copy
        return
    check_room_for(path.stat().st_size, path.parent)
    with tempfile.TemporaryDirectory(prefix=".rehearsal.", dir=path.parent) as folder:
        copy_path = Path(folder) / path.name
        async with opened(url) as source:
            assert isinstance(source, SqliteSource)  # noqa: S101 - by its URL
            with closing(sqlite3.connect(copy_path)) as target:
                source.connection.backup(target)
        yield f"sqlite://{copy_path}"


@asynccontextmanager
async def _postgres_copy(url: str) -> AsyncIterator[str]:
    database = str(connect_options(url)["database"])
    name = f"{database}{_ENDING}"
    await _run(url, f'CREATE DATABASE "{name}"')
    copy = urlsplit(url)._replace(path=f"/{name}").geturl()
    try:
        with tempfile.TemporaryDirectory(prefix=".rehearsal.") as folder:
            file = f"{folder}/dump"
            options = ("--no-owner", "--no-privileges")
            run_tool("pg_dump", url, "--format=custom", *options, f"--file={file}")
            run_tool("pg_restore", copy, "--exit-on-error", *options, f"--dbname={name}", file)
        yield copy
    finally:
        await _run(url, f'DROP DATABASE "{name}" WITH (FORCE)')


async def _run(url: str, sql: str) -> None:
    try:
        connection = await connect(url)
        try:
            await connection.execute(sql)
        finally:
            await connection.close()
    except Exception as error:
        raise KeepError(f"{sql}: {error}") from None
