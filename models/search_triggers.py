"""On SQLite a text leaves the index in the transaction that takes it away: by triggers of our own
connections, which know the terms that it was indexed by. In the database itself they would keep
older versions, and SQLite's own shell, from changing a message at all.
"""

import sqlite3
from typing import Any

from tortoise.backends.sqlite.client import SqliteClient

from models.search_document import Text, numbers_of
from models.search_terms import ANALYZER

_TAKE_OUT = """
BEGIN
    INSERT INTO search_index (search_index, rowid, terms)
    VALUES ('delete', OLD.id,
            search_terms(OLD.room_id, OLD.author_id, OLD.body, OLD.files, OLD.created_at));
END
"""
# FTS5 does not forgive to be told to take out what it never had. What is stale is there, if at all,
# with the terms of another text, which an older version has edited; and what another version of the
# analyzer has indexed is about to be indexed anew.
_IS_INDEXED = f"""
EXISTS (SELECT 1 FROM search_index_docsize WHERE id = OLD.id)
AND NOT EXISTS (SELECT 1 FROM search_stale WHERE message_id = OLD.id)
AND (SELECT number FROM search_progress WHERE room_id = 0) = {ANALYZER}
"""
# Before, while the stale ones are those that were stale already.
_TRIGGERS = (
    f"""
CREATE TEMP TRIGGER search_replaced BEFORE UPDATE OF body, files ON main.message
WHEN (NEW.body <> OLD.body OR NEW.files IS NOT OLD.files) AND {_IS_INDEXED} {_TAKE_OUT}
""",
    f"""
CREATE TEMP TRIGGER search_removed BEFORE DELETE ON main.message WHEN {_IS_INDEXED} {_TAKE_OUT}
""",
)


def as_fts(number: int) -> str:
    """A term as FTS5 keeps it: eight hexadecimal digits."""
    return f"{number & 0xFFFFFFFF:08x}"


def let_take_out(connection: sqlite3.Connection) -> None:
    """Let this connection take out of the index what it takes away."""
    connection.create_function("search_terms", 5, _terms, deterministic=True)
    for trigger in _TRIGGERS:
        connection.execute(trigger)


async def let_orm_take_out(client: SqliteClient) -> None:
    """The same of the ORM's connection, which is in a thread of its own."""
    async with client.acquire_connection() as connection:
        await connection.create_function("search_terms", 5, _terms, deterministic=True)
        for trigger in _TRIGGERS:
            await (await connection.execute(trigger)).close()


def _terms(*columns: Any) -> str:
    return " ".join(map(as_fts, numbers_of(Text(*columns))))
