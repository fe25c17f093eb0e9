"""The rooms of somebody, with what is unread in them."""

from typing import Any

from models.database import fetch, moment

UNREAD_MAX = 100  # Counting stops here; a page says "99+".


async def rooms_of(user_id: int, room_id: int | None = None) -> list[dict[str, Any]]:
    """The user's rooms (or this one of them), latest activity first: id, name, kind, role,
    revision, last_message_at, last_read, unread_from, is_muted, unread_count (messages of others,
    counted up to 100), and for a direct conversation `partner`: id, username, display_name,
    last_seen. The name of such a room is the partner's.
    """
    if room_id is None:
        rows = await fetch(f"{_ROOMS_OF} {_IN_ORDER}", user_id)
    else:
        rows = await fetch(f"{_ROOMS_OF} AND room.id = $2", user_id, room_id)
    return [_listed(row) for row in rows]


def _listed(row: dict[str, Any]) -> dict[str, Any]:
    partner = {name: row.pop(f"partner_{name}") for name in _PARTNER}
    row["is_muted"] = bool(row["is_muted"])  # SQLite knows no booleans.
    row["last_message_at"] = moment(row["last_message_at"])
    if partner["id"] is not None:
        row["partner"] = partner | {"last_seen": moment(partner["last_seen"])}
        row["name"] = partner["display_name"] or partner["username"]
    return row


_PARTNER = ("id", "username", "display_name", "last_seen")

# The CASE keeps the members of all other rooms from being looked through.
_ROOMS_OF = f"""
SELECT room.id, room.name, room.kind, room.revision, room.last_message_at,
       membership.role, membership.last_read, membership.unread_from, membership.is_muted,
       {", ".join(f"partner.{name} AS partner_{name}" for name in _PARTNER)},
       (SELECT COUNT(*) FROM (
            SELECT 1 FROM message
            WHERE message.room_id = room.id AND message.author_id <> membership.user_id
              AND message.number > CASE WHEN membership.unread_from <= membership.last_read
                                        THEN membership.unread_from - 1
                                        ELSE membership.last_read END
            LIMIT {UNREAD_MAX}) AS unread) AS unread_count
FROM membership JOIN room ON room.id = membership.room_id
LEFT JOIN membership AS other
       ON other.room_id = CASE WHEN room.kind = 'direct' THEN room.id END
      AND other.user_id <> membership.user_id
LEFT JOIN user_account AS partner ON partner.id = other.user_id
WHERE membership.user_id = $1
"""
_IN_ORDER = "ORDER BY COALESCE(room.last_message_at, room.created_at) DESC, room.id DESC"
