"""Copying a SQLite database to PostgreSQL, row by row, and comparing both in the end."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from commands.keeping.checked import refuse
from commands.keeping.facts import differences, facts_of
from commands.keeping.folder import KeepError
from commands.keeping.postgres_source import PostgresSource
from commands.keeping.progress import progress
from commands.keeping.sqlite_source import SqliteSource, select
from commands.keeping.tables import Table, as_moment
from commands.keeping.target import MIGRATIONS, Target
from config import Settings, tortoise_config
from models.migrate import migrate
from private_files import sqlite_path

# Rows in one transaction.
PART = 2_000
# How far rooms are in the index of the search, which is made anew.
OF_INDEX = ("search_progress", "search_stale")
_REFERENCES = 'SELECT DISTINCT "table" FROM pragma_foreign_key_list(?)'


async def copy_to(settings: Settings, url: str) -> int:
    """Copy all; return how many rows there are.

    Raises:
        KeepError: what is in the way; a copy that is not whole goes on when it is run again.
    """
    source, target = _alone(settings), await _target(url)
    try:
        with_tables = await target.begin()
        if with_tables:
            await migrate(tortoise_config(Settings(database_url=url)))
            await target.empty(await target.tables())
        await _same_version(source, target)
        tables = _in_order(source, await _copied(target))
        with progress("rows", [await source.count(table) for table in tables]) as step:
            for table in tables:
                await _copy(source, target, table, step)
        await _compare(source, url, tables)
        await target.finish(await target.tables(), _sequences(source, tables))
        return sum([await source.count(table) for table in tables])
    finally:
        await target.close()
        await source.close()


def _alone(settings: Settings) -> SqliteSource:
    path = sqlite_path(settings.database_url)
    if path is None:
        raise KeepError("DATABASE_URL: it is no SQLite database")
    try:
        return SqliteSource(Path(path), is_alone=True)
    except sqlite3.Error as error:
        raise KeepError(f"DATABASE_URL: {error}: stop Beseda first") from None


async def _target(url: str) -> Target:
    try:
        return await Target.open(url)
    except Exception as error:
        raise KeepError(f"cannot connect to the database to copy to: {error}") from None


async def _same_version(source: SqliteSource, target: Target) -> None:
    rows = await source.ask(f"SELECT name FROM {MIGRATIONS}")  # noqa: S608 - a constant
    if {row[0] for row in rows} != await target.migrations():
        raise KeepError("the database is of another version: run `quart --app app migrate` first")


async def _copied(target: Target) -> list[Table]:
    return [table for table in await target.tables() if table.name not in OF_INDEX]


def _in_order(source: SqliteSource, tables: Sequence[Table]) -> list[Table]:
    """Each after those that it refers to."""
    left, found = {table.name: table for table in tables}, []
    while left:
        for name in list(left):
            rows = source.connection.execute(_REFERENCES, (name,))
            if not any(row[0] in left and row[0] != name for row in rows):
                found.append(left.pop(name))
    return found


async def _copy(
    source: SqliteSource, target: Target, table: Table, step: Callable[[int], None]
) -> None:
    (key,) = source.connection.execute(
        "SELECT name FROM pragma_table_info(?) WHERE pk = 1", (table.name,)
    ).fetchone()
    last = await target.last(table, key)
    if last is not None:
        step(_count_upto(source, table, key, last))
    for rows in _parts(source, table, key, last):
        await target.add(table, rows)
        step(len(rows))


def _count_upto(source: SqliteSource, table: Table, key: str, last: object) -> int:
    sql = f'SELECT COUNT(*) FROM "{table.name}" WHERE "{key}" <= ?'  # noqa: S608 - of the schema
    return int(source.connection.execute(sql, (last,)).fetchone()[0])


def _parts(
    source: SqliteSource, table: Table, key: str, last: object
) -> Iterator[list[list[object]]]:
    rest = f' WHERE "{key}" > ?' if last is not None else ""
    cursor = source.connection.execute(
        f'{select(table)}{rest} ORDER BY "{key}"', () if last is None else (last,)
    )
    convert = [_VALUES.get(kind) for kind in table.columns.values()]
    while rows := cursor.fetchmany(PART):
        yield [
            [
                make(value) if make and value is not None else value
                for make, value in zip(convert, row, strict=True)
            ]
            for row in rows
        ]


async def _compare(source: SqliteSource, url: str, tables: Sequence[Table]) -> None:
    there = await PostgresSource.open(url)
    try:
        counts = [await source.count(table) for table in tables]
        with progress("comparing", [*counts, *counts]) as step:
            before = await facts_of(source, tables, step)
            after = await facts_of(there, tables, step)
    finally:
        await there.close()
    refuse(
        "the copy is not what was copied: if Beseda has run meanwhile, make the database anew",
        differences(before, after),
    )


def _sequences(source: SqliteSource, tables: Sequence[Table]) -> dict[str, int]:
    """The last id that was given out in each table; also to rows that are gone."""
    names = {table.name for table in tables}
    rows = source.connection.execute("SELECT name, seq FROM sqlite_sequence WHERE seq > 0")
    return {name: last for name, last in rows if name in names}


_VALUES: dict[str, Callable[[object], object]] = {"time": as_moment, "bool": bool}
