"""Who has left a room, as far as its messages name them."""

from typing import NamedTuple

from models.sql.fast_path import look_up

FORMER_MAX = 200


class FormerMember(NamedTuple):
    """Somebody who is mentioned in a room and has left it."""

    id: int
    username: str


async def former_members(room_id: int, from_number: int) -> list[FormerMember]:
    """Those who are mentioned by their names from this message on, the latest who have left, at
    most FORMER_MAX.
    """
    rows = await look_up(_FORMER, room_id, FORMER_MAX, from_number)
    return [FormerMember(*row) for row in rows]


_FORMER = """
SELECT user_account.id, username
FROM departure JOIN user_account ON user_account.id = departure.user_id
WHERE departure.room_id = $1 AND EXISTS (
    SELECT 1 FROM mention WHERE mention.room_id = $1 AND mention.user_id = departure.user_id
    AND mention.number >= $3
) ORDER BY departure.id DESC LIMIT $2
"""
