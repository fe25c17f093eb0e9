"""SQL past the ORM, for the few queries that every message or connection needs.

Measured on SQLite: handing a query to another thread and back costs 100 to 300 µs of CPU time, the
ORM's objects as much again, and the query itself, a look into an index, 3 to 10 µs. So look-ups
are made where they are asked for, and a transaction goes to its thread once, as a whole. On
PostgreSQL the same SQL goes through the ORM's pool.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import Awaitable, Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar, cast

from tortoise import connections
from tortoise.backends.sqlite.client import SqliteClient
from tortoise.models import Model
from tortoise.transactions import in_transaction

T = TypeVar("T")
M = TypeVar("M", bound=Model)
Row = tuple[Any, ...]
Rows = Sequence[Row]
# A transaction: yields (sql, values), is sent the rows, returns its result.
Steps = Generator[tuple[str, Sequence[object]], Rows, T]

SECONDS_LOCKED = 5.0  # How long a writer waits for another process; the ORM's connection as well.


class _Sqlite:
    """Two connections beside the ORM's: one that only reads, on the loop, and one that writes, in a
    thread of its own. In WAL mode nobody waits for a reader, and no reader for anybody.
    """

    def __init__(self, client: SqliteClient) -> None:
        self._client = client
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")
        self._writer = self._connect(SECONDS_LOCKED)
        self._reader = self._connect(0)
        self._reader.execute("PRAGMA query_only = ON")

    def _connect(self, timeout: float) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._client.filename, timeout, isolation_level=None, check_same_thread=False
        )
        for pragma, value in self._client.pragmas.items():
            connection.execute(f"PRAGMA {pragma} = {value}")
        return connection

    def look_up(self, sql: str, values: Sequence[object]) -> Rows:
        return self._reader.execute(for_sqlite(sql), values).fetchall()

    async def transact(self, steps: Steps[T]) -> T:
        # The ORM's writers take turns with this one: left to SQLite's own lock, whoever waits
        # sleeps and looks again, and under load may starve.
        async with self._client.acquire_connection():
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._thread, self._transact, steps)

    def _transact(self, steps: Steps[T]) -> T:
        # Locked from the first statement on: reading first and writing later could fail at once,
        # without the usual wait.
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            result = _drive(steps, self._execute)
            self._writer.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):  # Some errors have rolled back already.
                self._writer.execute("ROLLBACK")
            raise
        return result

    def _execute(self, sql: str, values: Sequence[object]) -> Rows:
        return self._writer.execute(for_sqlite(sql), values).fetchall()

    def close(self) -> None:
        self._thread.shutdown()
        self._reader.close()
        self._writer.close()


_sqlite: _Sqlite | None = None


def open_direct() -> None:
    """Open what is needed beside the ORM's connections, which are open already."""
    global _sqlite  # noqa: PLW0603 - as global as the ORM's own connections
    client = connections.get("default")
    _sqlite = _Sqlite(client) if isinstance(client, SqliteClient) else None


def close_direct() -> None:
    """Close it again. Waits for the transaction that is under way."""
    global _sqlite  # noqa: PLW0603
    if _sqlite:
        _sqlite.close()
    _sqlite = None


async def look_up(sql: str, *values: object) -> Rows:
    """Rows that are found by an index, with $1, $2 … for the values; at most a hundred or so."""
    if _sqlite:
        # Locked although it only reads: an operator's own journal_mode, or a recovery.
        with contextlib.suppress(sqlite3.OperationalError):
            return _sqlite.look_up(sql, values)
    sql = for_sqlite(sql) if _sqlite else sql
    _, found = await connections.get("default").execute_query(sql, list(values))
    return cast("Rows", found)


async def transact(steps: Steps[T]) -> T:
    """Run `steps` in one transaction. Whatever the database raises comes out of here, and then
    nothing was stored.
    """
    if _sqlite:
        return await _sqlite.transact(steps)
    async with in_transaction() as connection:

        async def execute(sql: str, values: Sequence[object]) -> Rows:
            _, found = await connection.execute_query(sql, list(values))
            return cast("Rows", found)

        result = await _drive_async(steps, execute)
        # As in atomically(): a commit that fails is rolled back before anybody else can go on.
        await connection.commit()
        return result


@lru_cache
def columns(model: type[Model]) -> str:
    """What to select for `loaded`."""
    return ", ".join(f"{model._meta.db_table}.{name}" for name in _names(model))


def loaded(model: type[M], row: Row, start: int = 0) -> M:
    """The object that the ORM makes of a row's columns from `start` on."""
    return model._init_from_db(**dict(zip(_names(model), row[start:], strict=False)))


def width(model: type[Model]) -> int:
    """How many columns these are."""
    return len(_names(model))


@lru_cache
def _names(model: type[Model]) -> list[str]:
    return list(model._meta.fields_db_projection.values())


def as_stored(moment: datetime) -> str | datetime:
    """A time as a value in SQL: SQLite keeps them as the ORM's ISO 8601 text."""
    return str(moment) if _sqlite else moment


@lru_cache(maxsize=256)
def for_sqlite(sql: str) -> str:
    """SQLite's own numbered placeholders, ?1 for $1."""
    return sql.replace("$", "?")


def _drive(steps: Steps[T], execute: Callable[[str, Sequence[object]], Rows]) -> T:
    try:
        step = next(steps)
        while True:
            step = steps.send(execute(*step))
    except StopIteration as end:
        result: T = end.value
        return result


async def _drive_async(
    steps: Steps[T], execute: Callable[[str, Sequence[object]], Awaitable[Rows]]
) -> T:
    try:
        step = next(steps)
        while True:
            step = steps.send(await execute(*step))
    except StopIteration as end:
        result: T = end.value
        return result
