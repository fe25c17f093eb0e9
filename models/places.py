"""Who is in which rooms, for many people at once."""

from models.database import fetch
from models.values import marks, padded

Place = tuple[int, int, int]


async def places_of(user_ids: list[int]) -> list[Place]:
    """(user_id, room_id, the room's revision) for all rooms of these users."""
    if not user_ids:
        return []
    ids = padded(user_ids)
    sql = (
        "SELECT membership.user_id, membership.room_id, room.revision"
        " FROM membership JOIN room ON room.id = membership.room_id"
        f" WHERE membership.user_id IN ({marks(len(ids))})"
    )
    rows = await fetch(sql, *ids)
    return [(row["user_id"], row["room_id"], row["revision"]) for row in rows]
