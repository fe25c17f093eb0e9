"""The directory: public rooms, as everybody sees them."""

from msgspec import Struct

from models.membership import ID_MAX
from models.queries.people import like_condition, like_patterns
from models.room import Room
from models.sql.fast_path import scan

PAGE = 50
FIRST = ID_MAX  # The cursor of the first page: ids count down from there.


class PublicRoomRow(Struct, frozen=True):
    """A public room, and whether who asks is in it."""

    id: int
    name: str
    topic: str
    member_count: int
    is_member: bool


async def public_rooms(user_id: int, text: str, before: int) -> list[PublicRoomRow]:
    """A page and one more of the public rooms, the latest made first, from below the id `before`
    on: all, or those in whose name or topic a word begins like this.
    """
    patterns = like_patterns(text)
    if text.strip() and not patterns:
        return []
    where = "room.id < $2"
    if patterns:
        columns = ("room.name", "room.topic")
        named = " OR ".join(like_condition(column, patterns, first=3) for column in columns)
        where += f" AND ({named})"
    return await _rooms(where, user_id, before, *patterns)


async def public_room(user_id: int, room_id: int) -> PublicRoomRow | None:
    """One of them; None for what is not public."""
    found = await _rooms("room.id = $2", user_id, room_id)
    return found[0] if found else None


async def _rooms(where: str, *values: object) -> list[PublicRoomRow]:
    rows = await scan(_ROOMS.format(where=where, limit=PAGE + 1), *values)
    return [
        PublicRoomRow(id_, name, topic, count, bool(is_member))
        for id_, name, topic, count, is_member in rows
    ]


_ROOMS = (
    f"""
SELECT room.id, room.name, room.topic,
       (SELECT COUNT(*) FROM membership WHERE membership.room_id = room.id) AS member_count,
       EXISTS (SELECT 1 FROM membership AS mine
               WHERE mine.room_id = room.id AND mine.user_id = $1) AS is_member
FROM room WHERE room.visibility = '{Room.PUBLIC}' AND room.kind = '{Room.ROOM}'
"""
    "AND room.archived_at IS NULL AND {where} ORDER BY room.id DESC LIMIT {limit}"
)
