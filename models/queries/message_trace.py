"""What the database knows of one message: for the operator, without its text."""

from datetime import datetime
from typing import NamedTuple

from models.database import fetch, moment

_MESSAGE = """
SELECT m.author_id AS author, u.username AS username, m.created_at AS stored_at,
       COALESCE(m.made_change, m.change) AS made, m.change AS change, m.edited_at AS edited_at,
       m.deleted_at AS deleted_at
FROM message m LEFT JOIN user_account u ON u.id = m.author_id
WHERE m.room_id = $1 AND m.number = $2
"""
_READ = """
SELECT COUNT(*) AS members,
       COALESCE(SUM(CASE WHEN last_read >= $2 AND user_id <> $3 THEN 1 ELSE 0 END), 0) AS readers
FROM membership WHERE room_id = $1 AND from_number <= $2
"""


class MessageTrace(NamedTuple):
    """`made_change` is that of its posting, `change` that of the last thing done to it; `members`
    see it, of whom `readers` have read up to it, without its author.
    """

    author_id: int
    username: str | None
    stored_at: datetime
    made_change: int | None
    change: int | None
    edited_at: datetime | None
    is_deleted: bool
    members: int
    readers: int


async def message_trace(room_id: int, message_id: int) -> MessageTrace | None:
    """One message; None: there is none."""
    rows = await fetch(_MESSAGE, room_id, message_id)
    if not rows:
        return None
    author, username, stored_at, made, change, edited_at, deleted_at = rows[0]
    ((members, readers),) = await fetch(_READ, room_id, message_id, author)
    return MessageTrace(
        *(author, username, moment(stored_at), made, change, moment(edited_at)),
        *(deleted_at is not None, members, readers),
    )
