"""A room read from its beginning to its end, for its export."""

from models.sql.fast_path import scan
from models.stored_message import SELECT, StoredMessage

PART = 200  # Messages of one query, so that it is soon over.


async def messages_behind(room_id: int, after: int, upto: int) -> list[StoredMessage]:
    """A part of the messages with after < message_id <= upto, oldest first, without quotes."""
    rows = await scan(
        f"{SELECT} WHERE message.room_id = $1 AND number > $2 AND number <= $3"
        f" ORDER BY number LIMIT {PART}",
        room_id,
        after,
        upto,
    )
    return [StoredMessage.from_row(row) for row in rows]
