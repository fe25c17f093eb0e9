"""How far people have read, and from where on they want to see a room as unread again."""

from dataclasses import dataclass

from models.database import fetch
from models.direct import look_up
from models.message import Stored


@dataclass(frozen=True, slots=True)
class Reach:
    """The two who have read furthest: enough to tell of any message whether somebody other than
    its author has read it.
    """

    furthest: list[tuple[int, int]]

    @classmethod
    async def of(cls, room_id: int) -> "Reach":
        """How far the room's members have read."""
        return cls([(user_id, last_read) for user_id, last_read in await look_up(_REACH, room_id)])

    def by_others(self, message: Stored) -> bool:
        """`is_read`: some other member's cursor has reached the message."""
        return any(
            last_read >= message.number and user_id != message.author_id
            for user_id, last_read in self.furthest
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """How far somebody has read, whether that is news, and whether what is unread to themselves is
    another count now.
    """

    cursor: int
    moved: bool
    changed: bool


async def read_up_to(membership_id: int, upto: int) -> Reading:
    """Move the cursor forward, to the room's head or to `upto`; never back. One UPDATE."""
    rows = await fetch(_MARK_READ, membership_id, upto)
    if rows:
        return Reading(rows[0]["last_read"], moved=True, changed=True)
    # Where it stands: another tab may have moved it since this was asked for.
    found = await look_up(_CURSOR, membership_id)
    if not found:
        return Reading(0, moved=False, changed=False)
    cursor, unread_from = found[0]
    again = unread_from is not None and unread_from <= upto
    if again:  # Read before, marked as unread, and now read again.
        await fetch(_READ_AGAIN, membership_id, upto)
    return Reading(cursor, moved=False, changed=again)


_MARK_READ = """
UPDATE membership SET last_read = head.number, unread_from = NULL
FROM (SELECT id, CASE WHEN revision < $2 THEN revision ELSE $2 END AS number FROM room) AS head
WHERE membership.id = $1 AND head.id = membership.room_id AND membership.last_read < head.number
RETURNING membership.last_read
"""  # LEAST() of PostgreSQL is MIN() in SQLite: CASE is understood by both.

_CURSOR = "SELECT last_read, unread_from FROM membership WHERE id = $1"

_READ_AGAIN = """
UPDATE membership SET unread_from = CASE WHEN $2 < last_read THEN $2 + 1 END
WHERE id = $1 AND unread_from <= $2 RETURNING id
"""

_REACH = """
SELECT user_id, last_read FROM membership WHERE room_id = $1 ORDER BY last_read DESC LIMIT 2
"""
