"""A sum by which a page notices that it has missed or mistaken something."""

from typing import NamedTuple

from models.sql.fast_path import look_up

DIGEST_MESSAGES = 256


class Digest(NamedTuple):
    """Of a room at this `change`: its messages from `first` on (0: there are none), and the sum of
    the numbers of their last changes, modulo 2**32.

    A change that was missed only ever makes one of these numbers too small.
    """

    change: int
    first: int
    sum: int


async def digest_of(room_id: int, first: int) -> Digest:
    """The digest of a room as it is now, from this message on, but of its latest 256 at most; zeros
    for a room that is no more.
    """
    (row,) = await look_up(_DIGEST, room_id, first, DIGEST_MESSAGES)
    change, begin, total = row
    return Digest(change or 0, begin or 0, int(total or 0) % 2**32)


_DIGEST = """
SELECT (SELECT change FROM room WHERE id = $1), MIN(number), SUM(change)
FROM (SELECT number, CASE WHEN kind = 'messages_removed' THEN edit_change ELSE change END AS change
      FROM message WHERE room_id = $1 AND number >= $2
      ORDER BY number DESC LIMIT $3) AS latest
"""
