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
    """Move the cursor forward, to the room's head or to `upto`; never back. One UPDATE, and none
    where there is nothing to move: everybody who comes in asks, and in a storm of visits they
    would wait for the database in a queue without an end.
    """
    cursor, unread_from, head = await _standing(membership_id)
    if cursor < min(head, upto):
        rows = await fetch(_MARK_READ, membership_id, upto)
        if rows:
            return Reading(rows[0]["last_read"], moved=True, changed=True)
        # Another tab has moved it meanwhile.
        cursor, unread_from, _ = await _standing(membership_id)
    again = unread_from is not None and unread_from <= upto
    if again:  # Read before, marked as unread, and now read again.
        await fetch(_READ_AGAIN, membership_id, upto)
    return Reading(cursor, moved=False, changed=again)


async def _standing(membership_id: int) -> tuple[int, int | None, int]:
    """The cursor, `unread_from`, and the room's head; zeros for who is no member any more."""
    found = await look_up(_STANDING, membership_id)
    return (found[0][0], found[0][1], found[0][2]) if found else (0, None, 0)


_MARK_READ = """
UPDATE membership SET last_read = head.number, unread_from = NULL
FROM (SELECT id, CASE WHEN revision < $2 THEN revision ELSE $2 END AS number FROM room) AS head
WHERE membership.id = $1 AND head.id = membership.room_id AND membership.last_read < head.number
RETURNING membership.last_read
"""  # LEAST() of PostgreSQL is MIN() in SQLite: CASE is understood by both.

_STANDING = """
SELECT last_read, unread_from, revision
FROM membership JOIN room ON room.id = membership.room_id WHERE membership.id = $1
"""

_READ_AGAIN = """
UPDATE membership SET unread_from = CASE WHEN $2 < last_read THEN $2 + 1 END
WHERE id = $1 AND unread_from <= $2 RETURNING id
"""

_REACH = """
SELECT user_id, last_read FROM membership WHERE room_id = $1 ORDER BY last_read DESC LIMIT 2
"""
