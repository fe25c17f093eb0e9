"""The latest queries of this process that took long: their SQL, never their values."""

import re
import sqlite3
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from typing import Any, NamedTuple

from tortoise.backends.base.client import BaseDBAsyncClient

SLOW_SECONDS = 0.1
KEPT = 50
SQL_MAX = 500
# The ORM has them as values; what is written by hand might not.
_TEXTS = re.compile(r"'(?:[^']|'')*'")
_WAYS = ("execute_query", "execute_query_dict", "execute_insert", "execute_many")


class SlowQuery(NamedTuple):
    """`at` is when it was over, in seconds since 1970; what it has waited for its turn is in it."""

    at: float
    milliseconds: float
    sql: str


latest: deque[SlowQuery] = deque(maxlen=KEPT)


def note(sql: str, began: float) -> None:
    """A query is over that began at this time.perf_counter(). Costs 60 ns where it was quick."""
    took = time.perf_counter() - began
    if took >= SLOW_SECONDS:
        shown = _TEXTS.sub("'…'", " ".join(sql.split()))[:SQL_MAX]
        latest.append(SlowQuery(time.time(), 1e3 * took, shown))


def timed(connection: sqlite3.Connection, sql: str, values: Sequence[object]) -> list[Any]:
    """The rows of a query by one of our own connections."""
    began = time.perf_counter()
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        note(sql, began)


def watch(client: BaseDBAsyncClient) -> None:
    """Note the queries of this client, and of its transactions, which are of its class."""
    for kind in type(client).__mro__:
        for name in _WAYS:
            method = vars(kind).get(name)
            if method and kind is not BaseDBAsyncClient and not hasattr(method, "is_watched"):
                setattr(kind, name, _timed_method(method))


def _timed_method(method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    @wraps(method)
    async def watched(self: BaseDBAsyncClient, query: str, *values: Any, **options: Any) -> Any:
        began = time.perf_counter()
        try:
            return await method(self, query, *values, **options)
        finally:
            note(query, began)

    watched.is_watched = True  # type: ignore[attr-defined]
    return watched
