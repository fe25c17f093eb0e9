"""The replies of a thread, and how many there are."""

from collections.abc import Sequence

from models.queries.messages import with_quotes
from models.sql.fast_path import look_up
from models.sql.values import padded, table
from models.stored_message import SELECT, StoredMessage

REPLIES_MAX = 100  # Counting stops here; a page says "99+".
_LOOKED_AT = 1_000  # So many of a thread are looked at, deleted ones too.
# With "=", PostgreSQL reads the whole room in the order of its numbers, where one thread has much
# of what is in it: a range in the order of threads is found by their index alone. By the pair of
# thread and number, also SQLite finds the place in it at once.
_OF_THREAD = "thread >= {thread} AND thread <= {thread}"

_THREAD = f"{SELECT} WHERE message.room_id = $1 AND thread"
BEFORE = f"""
{_THREAD} >= $2 AND (thread, number) < ($2, $3) ORDER BY thread DESC, number DESC LIMIT $4
"""
AFTER = f"{_THREAD} <= $2 AND (thread, number) > ($2, $3) ORDER BY thread, number LIMIT $4"


async def replies_before(room_id: int, thread: int, before: int, limit: int) -> list[StoredMessage]:
    """The last `limit` replies of a thread with message_id < before, oldest first."""
    rows = await look_up(BEFORE, room_id, thread, before, limit)
    return await with_quotes(room_id, list(reversed(rows)))


async def replies_after(room_id: int, thread: int, after: int, limit: int) -> list[StoredMessage]:
    """The first `limit` replies of a thread with message_id > after, oldest first."""
    rows = await look_up(AFTER, room_id, thread, after, limit)
    return await with_quotes(room_id, rows)


async def reply_counts(room_id: int, message_ids: Sequence[int]) -> dict[int, int]:
    """How many replies that are not deleted these messages have, up to 100, of those that have."""
    if not message_ids or not await look_up(_ANY, room_id, min(message_ids), max(message_ids)):
        return {}
    asked = padded(list(message_ids))
    sql = _COUNT.format(asked=table(len(asked), "BIGINT"), room=f"${len(asked) + 1}")
    rows = await look_up(sql, *asked, room_id)
    return {message_id: count for message_id, count in rows if count}


_ANY = """
SELECT 1 FROM message WHERE room_id = $1 AND thread >= $2 AND thread <= $3 ORDER BY thread LIMIT 1
"""
_COUNT = f"""
SELECT asked.column1, (
    SELECT COUNT(*) FROM (
        SELECT 1 FROM (
            SELECT deleted_at FROM message
            WHERE room_id = {{room}} AND {_OF_THREAD.format(thread="asked.column1")}
            ORDER BY thread, number LIMIT {_LOOKED_AT}) AS looked_at
        WHERE deleted_at IS NULL LIMIT {REPLIES_MAX}) AS counted)
FROM {{asked}} AS asked
"""
