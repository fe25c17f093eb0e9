"""Taking a SQLite database away from the server."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager


@contextmanager
def locked(database_url: str) -> Iterator[sqlite3.Connection]:
    """Hold the only write lock, as a backup or a forgotten shell does."""
    path = database_url.removeprefix("sqlite://")
    with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        try:
            yield holder
        finally:
            holder.execute("ROLLBACK")
