"""SQL past the ORM, for the few queries that every message or connection needs.

Measured on SQLite: handing a query to another thread and back costs 100 to 300 µs of CPU time, the
ORM's objects as much again, and the query itself, a look into an index, 3 to 10 µs. So look-ups
are made where they are asked for, and a transaction goes to its thread once, as a whole. On
PostgreSQL the same SQL goes through the ORM's pool.
"""

import contextlib
import sqlite3
from collections.abc import Awaitable, Callable, Generator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar, cast

from tortoise import connections
from tortoise.backends.sqlite.client import SqliteClient
from tortoise.transactions import in_transaction

from models.fair_queue import FairQueue
from models.slow_queries import timed
from models.sql.values import flat, marks, powers, rows
from models.sql.worker_thread import WorkerThread

T = TypeVar("T")
Row = tuple[Any, ...]
Rows = Sequence[Row]
# A transaction: yields (sql, values), is sent the rows, returns its result.
Steps = Generator[tuple[str, Sequence[object]], Rows, T]


class _EachRow(list[Sequence[object]]):
    """The values of a statement that is to be run for each of these rows."""


# The ends of all indexes in which many rooms store at once. Of SQLite's usual 2 MB they are thrown
# out and read again for each batch: with 100,000 messages in 100 rooms one took 80 µs, not 48.
WRITER_CACHE_KB = 32 * 1024
SECONDS_CHECKPOINT = 0.1
SECONDS_LOCKED = 5.0  # How long a writer waits for another process; the ORM's connection as well.


class _Sqlite:
    """Three connections beside the ORM's: one that only reads, on the loop, one that writes, in a
    thread of its own, and one that reads what takes long, in another thread. In WAL mode nobody
    waits for a reader, and no reader for anybody.
    """

    def __init__(self, client: SqliteClient) -> None:
        self._client = client
        self._thread = WorkerThread("sqlite-writer")
        self._scan_thread = WorkerThread("sqlite-reader")
        self._writer = self._connect(SECONDS_LOCKED)
        self._writer.execute(f"PRAGMA cache_size = -{WRITER_CACHE_KB}")
        self._reader = self._connect(0)
        self._scanner = self._connect(SECONDS_LOCKED)
        for reader in (self._reader, self._scanner):
            reader.execute("PRAGMA query_only = ON")

    def _connect(self, timeout: float) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._client.filename, timeout, isolation_level=None, check_same_thread=False
        )
        for pragma, value in self._client.pragmas.items():
            connection.execute(f"PRAGMA {pragma} = {value}")
        return connection

    def look_up(self, sql: str, values: Sequence[object]) -> Rows:
        return timed(self._reader, for_sqlite(sql), values)

    async def scan(self, sql: str, values: Sequence[object]) -> Rows:
        return await self._scan_thread.run(self._scan, for_sqlite(sql), values)

    def _scan(self, sql: str, values: Sequence[object]) -> Rows:
        return timed(self._scanner, sql, values)

    async def transact(self, steps: Steps[T]) -> T:
        # The ORM's writers take turns with this one: left to SQLite's own lock, whoever waits
        # sleeps and looks again, and under load may starve.
        async with self._client.acquire_connection():
            return await self._thread.run(self._transact, steps)

    async def checkpoint(self) -> bool:
        return await self._scan_thread.run(self._checkpoint)

    def _checkpoint(self) -> bool:
        # By a connection of its own, which gives up soon: it keeps writers out while it waits for
        # readers.
        with contextlib.closing(self._connect(SECONDS_CHECKPOINT)) as connection:
            (is_busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not is_busy

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
        if isinstance(values, _EachRow):
            self._writer.executemany(for_sqlite(sql), values)
            return ()
        return timed(self._writer, for_sqlite(sql), values)

    def close(self) -> None:
        for thread in (self._thread, self._scan_thread):
            thread.shutdown()
        for connection in (self._reader, self._scanner, self._writer):
            connection.close()


_sqlite: _Sqlite | None = None
# What takes long leaves most connections of PostgreSQL's pool to the others.
scans = FairQueue(2)


def open_fast_path() -> None:
    """Open what is needed beside the ORM's connections, which are open already."""
    global _sqlite  # noqa: PLW0603 - as global as the ORM's own connections
    client = connections.get("default")
    _sqlite = _Sqlite(client) if isinstance(client, SqliteClient) else None


def close_fast_path() -> None:
    """Close it again. Waits for the transaction that is under way."""
    global _sqlite  # noqa: PLW0603
    if _sqlite:
        _sqlite.close()
    _sqlite = None


def is_on_sqlite() -> bool:
    """Which database is open. Asked of the ORM it takes ten calls, for every message."""
    return _sqlite is not None


async def look_up(sql: str, *values: object) -> Rows:
    """Rows that are found by an index, with $1, $2 … for the values; at most a hundred or so."""
    if _sqlite:
        # Locked although it only reads: an operator's own journal_mode, or a recovery.
        with contextlib.suppress(sqlite3.OperationalError):
            return _sqlite.look_up(sql, values)
    return await fetch_rows(sql, *values)


async def fetch_rows(sql: str, *values: object) -> Rows:
    """Rows by the ORM's own connections: what is too dear for the loop, and is not to wait among
    the searches.
    """
    sql = for_sqlite(sql) if _sqlite else sql
    _, found = await connections.get("default").execute_query(sql, list(values))
    return cast("Rows", found)


async def scan(sql: str, *values: object) -> Rows:
    """Rows that take long to find, or are many: searches and lists. They wait in a queue
    of their own, in turns by `requester`: a search among 20,000 people takes 190 ms, and in the
    ORM's queue sixty of them made somebody else's message wait for five seconds.
    """
    async with scans:
        if _sqlite:
            return await _sqlite.scan(sql, values)
        return await fetch_rows(sql, *values)


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


def insert(into: str, values: Sequence[Sequence[object]], *types: str) -> Steps[None]:
    """Insert these rows; `into` is a table with its columns, which have these types.

    SQLite runs a statement of one row for each: many rows in one take no less, and more where there
    is a trigger, for they are put into a table of their own first.
    """
    sql = f"INSERT INTO {into} VALUES"
    if _sqlite:
        if values:
            yield f"{sql} ({marks(len(types))})", _EachRow(values)
        return
    for some in powers(values):
        yield f"{sql} {rows(len(some), *types)}", flat(some)


async def sweep(*, full: bool = False) -> bool:
    """Take what was overwritten or deleted out of the database's files. Returns whether it is done:
    SQLite cannot while another process reads. PostgreSQL lets the bytes stand, where nothing finds
    them, until it needs their place; `full` writes its tables anew, and everybody waits.
    """
    if _sqlite:
        return await _sqlite.checkpoint()
    # Outside of any transaction, which VACUUM refuses.
    tables = "message, message_version, draft, held_message, search_document"
    sql = f"VACUUM ({'FULL' if full else 'SKIP_LOCKED'}) {tables}"
    await connections.get("default").execute_query(sql, [])
    return True


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
        return cast("T", end.value)


async def _drive_async(
    steps: Steps[T], execute: Callable[[str, Sequence[object]], Awaitable[Rows]]
) -> T:
    try:
        step = next(steps)
        while True:
            step = steps.send(await execute(*step))
    except StopIteration as end:
        return cast("T", end.value)
