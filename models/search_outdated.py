"""What is edited or deleted leaves SQLite's index. Triggers of migration 0067 note what is outdated
in the transaction that takes it away; single messages leave the index in it too. Of many, such as a
room's, the rest does in parts, soon after. Until then the index has more than there is, and
whoever reads a hit looks at the message as it is now. On PostgreSQL nothing waits.
"""

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from math import inf
from time import monotonic

from models.search_document import Text, fitting, numbers_of
from models.search_terms import ANALYZER
from models.sql.fast_path import Rows, Steps, is_on_sqlite, scan, transact
from models.sql.values import flat, marks, padded, table

PART = 100
# Of each message what is in the index, and its terms.
Documents = dict[int, tuple[Text, str]]
_PAUSE_SECONDS = 0.01  # Between two parts, in which others write.


def as_fts(number: int) -> str:
    """A term as FTS5 keeps it: eight hexadecimal digits."""
    return f"{number & 0xFFFFFFFF:08x}"


async def take_out_all(seconds: float = inf) -> bool:
    """Take everything out of the index that is outdated. False: there is more after so long."""
    until = monotonic() + seconds
    while await take_out():
        if monotonic() > until:
            return False
        await asyncio.sleep(_PAUSE_SECONDS)
    return True


async def take_out(*, edited: bool = False) -> int:
    """Take a part of it out, or of what was edited alone. Returns how many messages it were."""
    if not is_on_sqlite():
        return 0
    rows = await scan(_EDITED if edited else _OUTDATED, PART)
    part = rows[: fitting([Text(*row[1:]) for row in rows])]
    return await transact(_take_out(await asyncio.to_thread(_documents, part))) if part else 0


def take_out_messages(keys: Sequence[tuple[int, int]]) -> Steps[None]:
    """Take these messages, (room, message_id), out of SQLite's index in this transaction: as many
    as others can wait for.
    """
    if not keys:
        return
    asked = padded(list(keys))
    rows = yield _select_of(len(asked)), flat(asked)
    part = rows[: fitting([Text(*row[1:]) for row in rows])]
    if part and (yield from is_current()):
        yield from _delete(_documents(part))


def is_current() -> Steps[bool]:
    """Whether the index is of this version of the analyzer."""
    return (yield from version_of_index()) == ANALYZER


def version_of_index() -> Steps[int]:
    """Of which version of the analyzer it is; 0: it has never been made."""
    version = yield "SELECT number FROM search_progress WHERE room_id = 0", ()
    return int(version[0][0]) if version else 0


def _documents(rows: Rows) -> Documents:
    texts = {row[0]: Text(*row[1:]) for row in rows}
    return {id_: (text, " ".join(map(as_fts, numbers_of(text)))) for id_, text in texts.items()}


def _take_out(documents: Documents) -> Steps[int]:
    if not (yield from is_current()):
        return 0  # These are not the terms that it has: it is about to be made anew.
    # Another process may have done it meanwhile, also for a later text of the same message, and
    # FTS5 does not forgive to be told twice, or of other terms.
    ids = padded(list(documents))
    rows = yield f"{_SELECT} WHERE message_id IN ({marks(len(ids))})", ids
    same = [row[0] for row in rows if documents[row[0]][0] == Text(*row[1:])]
    yield from _delete({message_id: documents[message_id] for message_id in same})
    return len(documents)


def _delete(documents: Documents) -> Steps[None]:
    for message_id, (_, terms) in documents.items():
        yield _FTS_DELETE, (message_id, terms)
        yield "DELETE FROM search_index_outdated WHERE message_id = $1", (message_id,)


@lru_cache
def _select_of(count: int) -> str:
    return (
        "SELECT message_id, outdated.room_id, outdated.author_id, outdated.body, outdated.files,"
        f" outdated.created_at FROM {table(count, 'BIGINT', 'BIGINT')} AS asked"
        " JOIN message ON message.room_id = asked.column1 AND message.number = asked.column2"
        " JOIN search_index_outdated AS outdated ON outdated.message_id = message.id"
    )


_SELECT = """
SELECT message_id, room_id, author_id, body, files, created_at FROM search_index_outdated
"""
_OUTDATED = f"{_SELECT} ORDER BY message_id LIMIT $1"
_EDITED = f"""
{_SELECT} WHERE message_id IN (SELECT message_id FROM search_stale) ORDER BY message_id LIMIT $1
"""
_FTS_DELETE = "INSERT INTO search_index (search_index, rowid, terms) VALUES ('delete', $1, $2)"
