"""Who has read a message."""

from datetime import datetime

from msgspec import Struct

from cooperative import in_slices
from models.database import moment
from models.queries.people import PersonRow
from models.sql.fast_path import scan
from models.stored_message import StoredMessage


class ReaderRow(Struct, frozen=True):
    """A member who has read up to the message: the last change of the room that they have seen, and
    when they were last here, which is None for who has not been yet.
    """

    person: PersonRow
    seen_change: int
    last_seen: datetime | None

    def has_seen_edit(self, message: StoredMessage) -> bool:
        """Whether they have been here since the message was last edited."""
        if message.edited_at is None or self.seen_change >= (message.edit_change or 0):
            return True
        # Whoever has read a part of what is new has not seen all changes, and may have seen this.
        return self.last_seen is not None and self.last_seen >= message.edited_at


async def readers_of(message: StoredMessage) -> list[ReaderRow]:
    """The members who have read up to it, but its author, by name. They may be thousands."""
    rows = await scan(_READERS, message.room_id, message.message_id, message.author_id)
    return [
        ReaderRow(PersonRow(*person), seen, moment(last))
        async for *person, seen, last in in_slices(rows)
    ]


_READERS = """
SELECT user_account.id, username, display_name, COALESCE(shown_change, seen_change), last_seen
FROM membership JOIN user_account ON user_account.id = membership.user_id
WHERE room_id = $1 AND COALESCE(shown_read, last_read) >= $2 AND from_number <= $2
      AND user_id <> $3 ORDER BY username_key
"""
