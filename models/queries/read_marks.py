"""How far people have read, and from where on they want to see a room as unread again."""

from dataclasses import dataclass
from typing import NamedTuple

from tortoise.backends.base.client import BaseDBAsyncClient

from models.database import fetch
from models.sql.fast_path import Rows, look_up
from models.stored_message import StoredMessage


@dataclass(frozen=True, slots=True)
class FurthestReaders:
    """The two who have read furthest: enough to tell of any message whether somebody other than
    its author has read it. Where one of them does not see all of the room, the two of those who do
    as well: of a message that only others see, who came before it and have read it, this may say
    too little, and never too much.
    """

    furthest: list[tuple[int, int, int]]

    @classmethod
    async def of(cls, room_id: int) -> "FurthestReaders":
        """How far the room's members have read."""
        found = await look_up(FURTHEST_OF_ROOM, room_id)
        if is_bounded(found):
            found = [*found, *await look_up(FURTHEST_OF_ALL, room_id)]
        return cls.from_rows(found)

    @classmethod
    def from_rows(cls, rows: Rows) -> "FurthestReaders":
        """Of rows of the two queries."""
        return cls([(user_id, last_read, from_number) for user_id, last_read, from_number in rows])

    def is_read_by_others(self, message: StoredMessage) -> bool:
        """`is_read`: some other member's cursor has reached the message."""
        return any(
            from_number <= message.message_id <= last_read and user_id != message.author_id
            for user_id, last_read, from_number in self.furthest
        )


def is_bounded(rows: Rows) -> bool:
    """Whether one of these readers does not see all of the room."""
    return any(from_number for *_, from_number in rows)


@dataclass(frozen=True, slots=True)
class ReadMarkUpdate:
    """How far somebody has read, whether that is news, and whether what is unread to themselves is
    another count now. `is_hidden`: it is news to nobody else.
    """

    cursor: int
    moved: bool
    changed: bool
    is_hidden: bool = False


class _Standing(NamedTuple):
    """Of a membership and its room; zeros for who is no member any more."""

    cursor: int = 0
    unread_from: int | None = None
    head: int = 0
    seen_change: int = 0
    change: int = 0


async def read_up_to(membership_id: int, upto: int) -> ReadMarkUpdate:
    """Move the cursor forward, to the room's head or to `upto`; never back. At the head all changes
    have been seen too. One UPDATE, and none where there is nothing to move: everybody who comes in
    asks, and in a storm of visits they would wait for the database in a queue without an end.
    """
    now = await _standing(membership_id)
    if now.cursor < min(now.head, upto):
        rows = await fetch(_MARK_READ, membership_id, upto)
        if rows:
            cursor, shown = rows[0]
            return ReadMarkUpdate(cursor, moved=True, changed=True, is_hidden=shown is not None)
        # Another tab has moved it meanwhile.
        now = await _standing(membership_id)
    again = now.unread_from is not None and now.unread_from <= upto
    if again:  # Read before, marked as unread, and now read again.
        await fetch(_READ_AGAIN, membership_id, upto)
    sees = upto >= now.head and now.seen_change < now.change
    if sees:
        await fetch(_SEEN, membership_id, now.change)
    return ReadMarkUpdate(now.cursor, moved=False, changed=again or sees)


async def show_reading(user_id: int, connection: BaseDBAsyncClient) -> None:
    """Somebody hides no longer: others see how far they have read."""
    await fetch(_SHOW, user_id, connection=connection)


async def _standing(membership_id: int) -> _Standing:
    found = await look_up(_STANDING, membership_id)
    return _Standing(*found[0]) if found else _Standing()


# Whoever hides has read, for others, as far as before: kept when the mark first moves after that.
_HIDES = """
EXISTS (SELECT 1 FROM user_account
        WHERE user_account.id = membership.user_id AND presence_choice = 'hidden')
"""
_KEEP_SHOWN = f"""
shown_read = COALESCE(shown_read, CASE WHEN {_HIDES} THEN last_read END),
shown_change = COALESCE(shown_change, CASE WHEN {_HIDES} THEN seen_change END)
"""

_SHOW = """
UPDATE membership SET shown_read = NULL, shown_change = NULL
WHERE user_id = $1 AND (shown_read IS NOT NULL OR shown_change IS NOT NULL) RETURNING id
"""

_MARK_READ = f"""
UPDATE membership SET last_read = head.number, unread_from = NULL, {_KEEP_SHOWN},
       seen_change = CASE WHEN revision <= $2 THEN head.change ELSE seen_change END
FROM (SELECT id, revision, change, CASE WHEN revision < $2 THEN revision ELSE $2 END AS number
      FROM room) AS head
WHERE membership.id = $1 AND head.id = membership.room_id AND membership.last_read < head.number
RETURNING membership.last_read, membership.shown_read
"""  # LEAST() of PostgreSQL is MIN() in SQLite: CASE is understood by both.

_STANDING = """
SELECT last_read, unread_from, revision, seen_change, change
FROM membership JOIN room ON room.id = membership.room_id WHERE membership.id = $1
"""

_READ_AGAIN = """
UPDATE membership SET unread_from = CASE WHEN $2 < last_read THEN $2 + 1 END
WHERE id = $1 AND unread_from <= $2 RETURNING id
"""

_SEEN = f"""
UPDATE membership SET seen_change = $2, {_KEEP_SHOWN}
WHERE id = $1 AND seen_change < $2 RETURNING id
"""

# What somebody reads of a conversation that they have not accepted, or of somebody blocked, is
# theirs to know.
FURTHEST_OF_ROOM = """
SELECT user_id, COALESCE(shown_read, last_read) AS shown, from_number FROM membership
WHERE room_id = $1 AND request = '' AND NOT is_blocked
ORDER BY shown DESC, from_number LIMIT 2
"""
FURTHEST_OF_ALL = """
SELECT user_id, COALESCE(shown_read, last_read) AS shown, from_number FROM membership
WHERE room_id = $1 AND from_number = 0 ORDER BY shown DESC LIMIT 2
"""
