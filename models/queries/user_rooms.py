"""Who is in which rooms, for many people at once."""

from collections.abc import AsyncIterator

from models.database import fetch
from models.sql.values import marks, padded

RoomMembership = tuple[int, int, int, bool, int]

# Rows in one query: they are read and made into objects in about a millisecond. Being let into
# rooms is not limited, and somebody in ten thousand of them is not to hold up everybody.
PART = 1_000


async def memberships_of(user_ids: list[int]) -> AsyncIterator[list[RoomMembership]]:
    """(user_id, room_id, the room's latest change, whether it is a request, the first message that
    they see) for all rooms in the lists of these users, in parts, ordered by user.
    """
    if not user_ids:
        return
    ids = padded(sorted(user_ids))
    sql = _MEMBERSHIPS.format(ids=marks(len(ids) + 2).removeprefix("$1, $2, "), part=PART)
    last = (0, 0)
    while True:
        rows = await fetch(sql, *last, *ids)
        yield [
            (user_id, room_id, change, request != "", from_number)
            for user_id, room_id, change, request, is_in, from_number in rows
            if is_in
        ]
        if len(rows) < PART:
            return
        last = (rows[-1][0], rows[-1][1])


# What nobody is to hear of is not left out by the condition, but by who reads: else the number of
# rows would not say whether there are more.
_MEMBERSHIPS = """
SELECT membership.user_id, membership.room_id, room.change, request,
       (request = '' OR (request = 'pending' AND revision > 0 AND NOT is_blocked)) AS is_in,
       from_number
FROM membership JOIN room ON room.id = membership.room_id
WHERE membership.user_id IN ({ids}) AND (membership.user_id, membership.room_id) > ($1, $2)
ORDER BY membership.user_id, membership.room_id LIMIT {part}
"""
