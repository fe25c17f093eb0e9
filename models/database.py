"""What the ORM leaves to us: transactions that survive cancellation, and SQL for both databases."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar, overload

from tortoise import Tortoise, connections
from tortoise.backends.base.client import BaseDBAsyncClient, TransactionalDBClient
from tortoise.backends.sqlite.client import SqliteClient
from tortoise.config import TortoiseConfig
from tortoise.migrations.executor import MigrationExecutor
from tortoise.transactions import in_transaction

from errors import Refusal
from models.slow_queries import watch
from models.sql.fast_path import Rows, close_fast_path, for_sqlite, open_fast_path

P = ParamSpec("P")
T = TypeVar("T")

_running: set[asyncio.Task[Any]] = set()


class DatabaseUnusable(Exception):  # noqa: N818 - reads as what it says
    """Says in one line what the operator has to do."""


async def open_database(config: TortoiseConfig) -> None:
    """Connect.

    Raises:
        DatabaseUnusable: the database is away or not prepared.
    """
    if problem := await _problem(config):
        # SQLite's thread is no daemon: left open, it would keep the process from ending.
        with contextlib.suppress(Exception):  # Of a URL that is not understood there is nothing.
            await close_database()
        raise DatabaseUnusable(problem)


async def close_database() -> None:
    """Disconnect."""
    close_fast_path()
    await Tortoise.close_connections()


def _overwrite_what_is_deleted() -> None:
    client = connections.get("default")
    if isinstance(client, SqliteClient):
        # SQLite leaves a deleted text where it was, until the page is needed for something else.
        client.pragmas.setdefault("secure_delete", "ON")


async def _problem(config: TortoiseConfig) -> str | None:
    try:
        await Tortoise.init(config=config, _enable_global_fallback=True)
        _overwrite_what_is_deleted()
        watch(connections.get("default"))
        await connections.get("default").execute_query("SELECT 1")
        if not await _is_up_to_date(config):
            return "the database is not prepared: run `quart --app app migrate`"
        open_fast_path()
    except Exception as error:
        return f"DATABASE_URL: cannot connect: {' '.join(str(error).split())}"
    return None


async def _is_up_to_date(config: TortoiseConfig) -> bool:
    """Whether every migration has been applied to the connected database."""
    apps = config.to_dict()["apps"]
    return not await MigrationExecutor(connections.get("default"), apps).plan(None)


# Changes nothing, but is a statement that writes; a transaction of the ORM's begins without a lock.
_TAKE_THE_LOCK = "UPDATE room SET id = id WHERE 1 = 0"


async def atomically(work: Callable[[TransactionalDBClient], Awaitable[T]]) -> T:
    """Run `work(connection)` in one transaction, to its end even if the caller is cancelled.

    A socket or a browser that goes away cancels its handler wherever it awaits. Inside
    Tortoise's `in_transaction()` that can leave SQLite's only connection locked for ever
    (the lock is taken before `BEGIN`, and given back only after it). So the transaction has
    a task of its own.

    On SQLite it waits for its turn to write before it reads anything. One that reads first, and
    writes when somebody else has written meanwhile, is "locked" at once, however long it might
    wait: what it has read is old.
    """

    async def transaction() -> T:
        async with in_transaction() as connection:
            if isinstance(connection, SqliteClient):
                await connection.execute_query(_TAKE_THE_LOCK)
            result = await work(connection)
            # Committed in here, so that a commit that fails (a full disk) is rolled back before
            # anybody else gets the connection. Left to the block's end, it would be left open,
            # and committed after all by whoever comes next.
            await connection.commit()
            return result

    return await uncancelled(transaction())


async def uncancelled(work: Coroutine[Any, Any, T]) -> T:
    """Await `work` in a task of its own, which ends by itself if the caller is cancelled."""
    task = asyncio.create_task(_outcome(work))
    _running.add(task)
    task.add_done_callback(_running.discard)
    outcome = await asyncio.shield(task)
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


async def _outcome(work: Coroutine[Any, Any, T]) -> T | Refusal:
    """A refusal is no failure: when the caller has gone nobody is told of it, and asyncio would log
    the stack trace of an exception that nobody has heard.
    """
    try:
        return await work
    except Refusal as refusal:
        return refusal


def shielded(
    method: Callable[P, Coroutine[Any, Any, T]],
) -> Callable[P, Coroutine[Any, Any, T]]:
    """For methods that store something and then tell others: once begun, both happen, even if the
    browser that asked is gone in between.
    """

    @wraps(method)
    async def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        return await uncancelled(method(*args, **kwargs))

    return wrapper


_check: asyncio.Task[Any] | None = None


async def check_database(seconds: float) -> None:
    """Ask the database whether it answers.

    A server that is there and says nothing (suspended, or behind a network that drops everything)
    holds a query for ever, also one that is cancelled: asyncpg waits for it to end. So the question
    has a task of its own that is not waited for, and there is one at a time.

    Raises:
        TimeoutError: it has not answered after so long.
        And whatever the database raises.
    """
    global _check  # noqa: PLW0603 - as global as the connections that it asks by
    if _check is None or _check.done():
        _check = asyncio.create_task(fetch("SELECT 1"), name="check-database")
    answered, _ = await asyncio.wait({_check}, timeout=seconds)
    if not answered:
        raise TimeoutError
    await _check


async def fetch(sql: str, *values: object, connection: BaseDBAsyncClient | None = None) -> Rows:
    """Rows of a query written with $1, $2 … for its values, on SQLite and PostgreSQL alike. It may
    also write, and be RETURNING what it wrote. No two of its columns have the same name.
    """
    connection = connection or connections.get("default")
    if is_sqlite(connection):
        sql = for_sqlite(sql)
    # The ORM's other way, execute_query, loses on PostgreSQL what an UPDATE returns.
    return [tuple(row.values()) for row in await connection.execute_query_dict(sql, list(values))]


async def execute(connection: BaseDBAsyncClient, sql: str, *values: object) -> None:
    """Run a statement that is written in the same way, and returns nothing."""
    await connection.execute_query(for_sqlite(sql) if is_sqlite(connection) else sql, list(values))


@overload
def moment(value: str | datetime) -> datetime: ...
@overload
def moment(value: None) -> None: ...
def moment(value: str | datetime | None) -> datetime | None:
    """A time as raw SQL returns it. SQLite keeps times as ISO 8601 text."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def is_sqlite(connection: BaseDBAsyncClient) -> bool:
    return connection.capabilities.dialect == "sqlite"


def storable(text: str) -> bool:
    """Whether both databases can keep this text: no NUL, no half of a surrogate pair."""
    try:
        return b"\x00" not in text.encode()
    except UnicodeEncodeError:
        return False
