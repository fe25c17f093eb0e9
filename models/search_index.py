"""Puts messages into the index, room by room in the order of their numbers, behind what is posted.

On PostgreSQL a message that is being indexed is locked against edits until commit, so that whoever
edits it finds it in the index, or knows that it will come there with its new text.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from models.search_document import Text, fitting, numbers_of
from models.search_outdated import as_fts, is_current, version_of_index
from models.search_terms import ANALYZER
from models.sql.fast_path import Rows, Steps, insert, is_on_sqlite, scan, transact
from models.sql.values import marks, padded

# Messages in one transaction. On SQLite who writes waits for it: some milliseconds.
PART = 50
Documents = Mapping[Text, list[int]]


class Indexed(NamedTuple):
    """How many messages one transaction has put into the index, and whether there may be more."""

    messages: int
    has_more: bool


async def rooms_behind(limit: int) -> list[int]:
    """Rooms in which there are messages that are not in the index yet."""
    return [row[0] for row in await scan(_BEHIND, limit)]


async def next_texts(room_id: int, part: int = PART) -> list[Text]:
    """What `index_room` is going to index."""
    return _texts(await scan(_NEXT_TEXTS, room_id, part))


def documents(texts: Sequence[Text]) -> dict[Text, list[int]]:
    """The documents of these texts. Takes 25 µs for each of a usual length, in any thread."""
    return {each: numbers_of(each) for each in texts}


async def index_room(room_id: int, known: Documents, part: int = PART) -> Indexed | None:
    """Index the next messages of a room, at most this `part`, and fewer that are long. None:
    another process is at it.
    """
    return await transact(_index_room(room_id, known, part))


async def index_stale(known: Documents) -> Indexed:
    """Index some of the messages that were edited, and whose earlier text has left the index."""
    return await transact(_index_stale(known))


async def stale_texts() -> list[Text]:
    """What `index_stale` is going to index."""
    return _texts(await scan(_stale(_STALE_TEXTS), PART))


async def begin_anew(*, only_if_old: bool = False) -> None:
    """Empty the index, so that all is indexed again; or only where it was made by another version
    of the analyzer.
    """
    version = await scan(_PROGRESS, 0)
    if not only_if_old or not version or version[0][0] < ANALYZER:
        await transact(_begin_anew(only_if_old))


async def how_far() -> tuple[int, int]:
    """How many numbers of messages are in the index, of how many."""
    rows = await scan(_HOW_FAR)
    return int(rows[0][0]), int(rows[0][1])


async def forget_rooms() -> None:
    """Forget how far rooms were indexed that are no more."""
    await transact(_forget_rooms())


def _texts(rows: Rows) -> list[Text]:
    texts = [Text(*row) for row in rows]
    return texts[: fitting(texts)]


def _index_room(room_id: int, known: Documents, part: int) -> Steps[Indexed | None]:
    yield from _share()
    if not (yield from is_current()):
        return None
    yield _BEGIN, (room_id,)
    done = yield _PROGRESS + ("" if is_on_sqlite() else " FOR UPDATE SKIP LOCKED"), (room_id,)
    there = yield _REVISION, (room_id,)
    if not done or not there:
        return None
    after, revision = done[0][0], there[0][0]
    found = yield _NEXT + _lock(), (room_id, after, part)
    rows = _fitting(found)
    has_more = len(found) == part or len(rows) < len(found)
    yield from _insert(rows, known)
    # What has expired has no rows; what was posted up to here is committed, for the room's number
    # was read before.
    upto = rows[-1][1] if has_more else max(revision, rows[-1][1] if rows else after)
    yield _ADVANCE, (room_id, upto)
    return Indexed(len(rows), has_more)


def _index_stale(known: Documents) -> Steps[Indexed]:
    yield from _share()
    found = yield _stale(_STALE) + _lock(), (PART,)
    rows = _fitting(found)
    if not rows or not (yield from is_current()):
        return Indexed(0, has_more=False)
    ids = padded([row[0] for row in rows])
    yield f"DELETE FROM search_stale WHERE message_id IN ({marks(len(ids))})", ids
    yield from _insert(rows, known)
    return Indexed(len(rows), len(found) == PART or len(rows) < len(found))


def _fitting(rows: Rows) -> Rows:
    return rows[: fitting([Text(*row[2:]) for row in rows])]


def _stale(sql: str) -> str:
    return sql.format(only=f"WHERE {_IS_TAKEN_OUT}" if is_on_sqlite() else "")


def _insert(rows: Rows, known: Documents) -> Steps[None]:
    texts = [(row[0], Text(*row[2:])) for row in rows]
    values = [(id_, known.get(text) or numbers_of(text)) for id_, text in texts if _is_said(text)]
    numbers = sorted({number for _, some in values for number in some})
    if is_on_sqlite():
        lines = [(id_, " ".join(map(as_fts, some))) for id_, some in values]
        yield from insert("search_index (rowid, terms)", lines, "BIGINT", "TEXT")
        yield _KEEP.format(new="JSON_EACH($1)", number="value"), (str(numbers),)
    else:
        into = "search_document (message_id, terms)"
        # Of what was edited another process may have stored the same, while this one waited for it.
        for sql, some in insert(into, values, "BIGINT", "INTEGER[]"):
            yield f"{sql} ON CONFLICT DO NOTHING", some
        yield _KEEP.format(new="UNNEST($1::INTEGER[])", number="new"), (numbers,)


def _is_said(text: Text) -> bool:
    return bool(text.body or text.files)


def _lock() -> str:
    return "" if is_on_sqlite() else " FOR SHARE OF message"


def _begin_anew(only_if_old: bool) -> Steps[None]:
    if not is_on_sqlite():  # Before anything is read of them: two who do that wait for each other.
        yield f"LOCK TABLE {_TABLES} IN ACCESS EXCLUSIVE MODE", ()
    if (
        only_if_old and (yield from version_of_index()) >= ANALYZER
    ):  # A newer process serves beside.
        return
    if is_on_sqlite():
        yield "INSERT INTO search_index (search_index) VALUES ('delete-all')", ()
        yield "DELETE FROM search_index_outdated", ()
    else:
        yield "TRUNCATE search_document", ()
    yield "DELETE FROM search_number", ()
    yield "DELETE FROM search_progress", ()
    yield "DELETE FROM search_stale", ()
    yield "INSERT INTO search_progress (room_id, number) VALUES (0, $1)", (ANALYZER,)


def _share() -> Steps[None]:
    """Before anything else, in the order in which begin_anew() locks them."""
    if not is_on_sqlite():
        yield "LOCK TABLE search_document IN ROW EXCLUSIVE MODE", ()


def _forget_rooms() -> Steps[None]:
    yield _FORGET, ()


_TABLES = "search_document, search_number, search_progress, search_stale"
# As Text has it.
_TEXT = "message.room_id, message.author_id, message.body, message.files, message.created_at"
_BEHIND = """
SELECT room.id FROM room LEFT JOIN search_progress ON search_progress.room_id = room.id
WHERE room.revision > COALESCE(search_progress.number, 0) ORDER BY room.id LIMIT $1
"""
_HOW_FAR = """
SELECT COALESCE(SUM(COALESCE(search_progress.number, 0)), 0) AS done,
       COALESCE(SUM(room.revision), 0) AS whole
FROM room LEFT JOIN search_progress ON search_progress.room_id = room.id
"""
_BEGIN = "INSERT INTO search_progress (room_id, number) VALUES ($1, 0) ON CONFLICT DO NOTHING"
_PROGRESS = "SELECT number FROM search_progress WHERE room_id = $1"
_REVISION = "SELECT revision FROM room WHERE id = $1"
_NEXT = f"""
SELECT id, number, {_TEXT} FROM message
WHERE room_id = $1 AND number > $2 ORDER BY number LIMIT $3
"""
_NEXT_TEXTS = f"""
SELECT {_TEXT} FROM message
WHERE room_id = $1
  AND number > COALESCE((SELECT number FROM search_progress WHERE room_id = $1), 0)
ORDER BY number LIMIT $2
"""
_ADVANCE = "UPDATE search_progress SET number = $2 WHERE room_id = $1"
# By which the beginnings of words are looked for. Sorted: two processes wait for each other in one
# direction.
_KEEP = """
INSERT INTO search_number SELECT {number} FROM {new} AS new
WHERE NOT EXISTS (SELECT 1 FROM search_number WHERE number = {number})
ORDER BY {number} ON CONFLICT DO NOTHING
"""
_IS_TAKEN_OUT = """
NOT EXISTS (SELECT 1 FROM search_index_outdated
            WHERE search_index_outdated.message_id = search_stale.message_id)
"""
# In the order in which who edits locks them. With a plus SQLite looks these few messages up,
# instead of reading all that there are.
_STALE = f"""
SELECT id, number, {_TEXT} FROM search_stale
JOIN message ON message.id = +search_stale.message_id {{only}}
ORDER BY message.room_id, message.number LIMIT $1
"""
_STALE_TEXTS = f"""
SELECT {_TEXT} FROM search_stale
JOIN message ON message.id = +search_stale.message_id {{only}}
ORDER BY message.room_id, message.number LIMIT $1
"""
_FORGET = """
DELETE FROM search_progress
WHERE room_id > 0 AND NOT EXISTS (SELECT 1 FROM room WHERE room.id = search_progress.room_id)
"""
