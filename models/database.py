"""What the ORM leaves to us: transactions that survive cancellation, and SQL for both databases."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar, overload

from tortoise import Tortoise, connections
from tortoise.backends.base.client import BaseDBAsyncClient, TransactionalDBClient
from tortoise.transactions import in_transaction

from models.direct import close_direct, for_sqlite, open_direct
from models.migrate import is_up_to_date

P = ParamSpec("P")
T = TypeVar("T")

_running: set[asyncio.Task[Any]] = set()


class DatabaseUnusable(Exception):  # noqa: N818 - reads as what it says
    """Says in one line what the operator has to do."""


async def open_database(config: dict[str, Any]) -> None:
    """Connect.

    Raises:
        DatabaseUnusable: the database is away or not prepared.
    """
    if problem := await _problem(config):
        # SQLite's thread is no daemon: left open, it would keep the process from ending.
        await close_database()
        raise DatabaseUnusable(problem)


async def close_database() -> None:
    """Disconnect."""
    close_direct()
    await Tortoise.close_connections()


async def _problem(config: dict[str, Any]) -> str | None:
    try:
        await Tortoise.init(config=config, _enable_global_fallback=True)
        await connections.get("default").execute_query("SELECT 1")
        if not await is_up_to_date(config):
            return "the database is not prepared: run `quart --app app migrate`"
        open_direct()
    except Exception as error:
        return f"DATABASE_URL: cannot connect: {error}"
    return None


async def atomically(work: Callable[[TransactionalDBClient], Awaitable[T]]) -> T:
    """Run `work(connection)` in one transaction, to its end even if the caller is cancelled.

    A socket or a browser that goes away cancels its handler wherever it awaits. Inside
    Tortoise's `in_transaction()` that can leave SQLite's only connection locked for ever
    (the lock is taken before `BEGIN`, and given back only after it). So the transaction has
    a task of its own.
    """

    async def transaction() -> T:
        async with in_transaction() as connection:
            result = await work(connection)
            # Committed in here, so that a commit that fails (a full disk) is rolled back before
            # anybody else gets the connection. Left to the block's end, it would be left open,
            # and committed after all by whoever comes next.
            await connection.commit()
            return result

    return await uncancelled(transaction())


async def uncancelled(work: Coroutine[Any, Any, T]) -> T:
    """Await `work` in a task of its own, which ends by itself if the caller is cancelled."""
    task = asyncio.create_task(work)
    _running.add(task)
    task.add_done_callback(_running.discard)
    return await asyncio.shield(task)


def to_the_end(
    action: Callable[P, Coroutine[Any, Any, T]],
) -> Callable[P, Coroutine[Any, Any, T]]:
    """For actions that store something and then tell others: once begun, both happen, even if the
    browser that asked is gone in between.
    """

    @wraps(action)
    async def whole(*args: P.args, **kwargs: P.kwargs) -> T:
        return await uncancelled(action(*args, **kwargs))

    return whole


async def fetch(
    sql: str, *values: object, connection: BaseDBAsyncClient | None = None
) -> list[dict[str, Any]]:
    """Rows of a query written with $1, $2 … for its values, on SQLite and PostgreSQL alike."""
    connection = connection or connections.get("default")
    if is_sqlite(connection):
        sql = for_sqlite(sql)
    return [dict(row) for row in await connection.execute_query_dict(sql, list(values))]


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
