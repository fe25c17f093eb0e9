"""The rooms in which somebody looks for messages, and how far these have been indexed."""

from msgspec import Struct

from models.sql.fast_path import scan


class SearchedRoom(Struct, frozen=True):
    """A room that somebody is in. Messages up to `searched_to` are in the index, None: all are."""

    room_id: int
    name: str
    kind: str
    searched_to: int | None


async def searched_rooms(user_id: int) -> list[SearchedRoom]:
    """All in which they look."""
    return [SearchedRoom(*row) for row in await scan(_SEARCHED, user_id)]


async def partners_room(user_id: int, username_key: str) -> int | None:
    """The direct conversation of two people."""
    rows = await scan(_PARTNERS, user_id, username_key)
    return rows[0][0] if rows else None


_SEARCHED = """
SELECT room.id, room.name, room.kind,
       CASE WHEN room.revision > COALESCE(search_progress.number, 0)
            THEN COALESCE(search_progress.number, 0) END AS searched_to
FROM membership JOIN room ON room.id = membership.room_id
LEFT JOIN search_progress ON search_progress.room_id = room.id
WHERE membership.user_id = $1 AND membership.request = '' ORDER BY room.id
"""
_PARTNERS = """
SELECT mine.room_id FROM user_account JOIN membership AS theirs ON theirs.user_id = user_account.id
JOIN room ON room.id = theirs.room_id AND room.kind = 'direct'
JOIN membership AS mine ON mine.room_id = room.id AND mine.user_id = $1
WHERE user_account.username_key = $2 AND user_account.id <> $1
"""
