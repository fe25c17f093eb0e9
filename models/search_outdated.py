"""Texts that were edited or deleted leave SQLite's index in parts, soon after: until then the index
has more than there is, and whoever reads a hit looks at the message as it is now. On PostgreSQL
nothing waits.
"""

import asyncio
from math import inf
from time import monotonic

from models.fts_terms import as_fts
from models.search_terms import document_terms, fitting
from models.sql.fast_path import Rows, Steps, is_on_sqlite, scan, transact
from models.sql.values import marks, padded

PART = 100
_PAUSE_SECONDS = 0.01  # Between two of them, in which others write.


async def take_out_all(seconds: float = inf) -> bool:
    """Take everything out of the index that is outdated. False: there is more after so long."""
    until = monotonic() + seconds
    while await take_out():
        if monotonic() > until:
            return False
        await asyncio.sleep(_PAUSE_SECONDS)
    return True


async def take_out(*, edited: bool = False) -> int:
    """Take a part of it out, or of what was edited alone. Returns how many texts."""
    if not is_on_sqlite():
        return 0
    rows = await scan(_EDITED if edited else _OUTDATED, PART)
    part = rows[: fitting([row[3] for row in rows])]
    if part:
        await transact(_take_out(await asyncio.to_thread(_documents, part)))
    return len(part)


def _documents(rows: Rows) -> dict[int, str]:
    return {row[0]: as_fts(document_terms(row[1], row[2], row[3])) for row in rows}


def _take_out(documents: dict[int, str]) -> Steps[None]:
    # Another process may have done it meanwhile, and FTS5 does not forgive to be told twice.
    ids = padded(list(documents))
    some = f"message_id IN ({marks(len(ids))})"
    rows = yield f"SELECT message_id FROM search_outdated WHERE {some}", ids
    for (message_id,) in rows:
        yield _FTS_DELETE, (message_id, documents[message_id])
    yield f"DELETE FROM search_outdated WHERE {some}", ids


_OUTDATED = """
SELECT message_id, room_id, author_id, body FROM search_outdated ORDER BY message_id LIMIT $1
"""
_EDITED = """
SELECT message_id, room_id, author_id, body FROM search_outdated
WHERE message_id IN (SELECT message_id FROM search_stale) ORDER BY message_id LIMIT $1
"""
_FTS_DELETE = "INSERT INTO search_index (search_index, rowid, terms) VALUES ('delete', $1, $2)"
