"""The rows of messages that have expired, and of all that belonged to them: deleted in parts, each
a transaction of its own, so that nobody waits long who writes meanwhile.
"""

from msgspec import Struct
from tortoise.backends.base.client import BaseDBAsyncClient

from models.database import atomically, execute, fetch
from models.room_change import EXPIRED, as_removal
from models.sql.fast_path import scan
from models.sql.values import marks, padded

PART = 200
FACTS = 500
# Found by room and number.
_THEIRS = ("reaction", "message_version", "mention", "activity", "file")


class Removing(Struct, frozen=True):
    """How many of the rows of expired messages are gone: 0 of 0 where none are left."""

    progress: int = 0
    total: int = 0


async def removing(room_id: int | None = None) -> Removing:
    """How far it is in this room, or in all that have such rows, as the rows themselves say."""
    rows = await scan(_LEFT.format(some="room.id = $1" if room_id else "$1 = 0"), room_id or 0)
    progress = total = 0
    for floor, first, details in rows:
        left, removal = floor - first + 1, as_removal(details)
        # More than went last are left where what had gone before is not deleted yet.
        of_room = max(left, removal.count if removal else 0)
        progress, total = progress + of_room - left, total + of_room
    return Removing(progress, total)


async def rooms_with_rows() -> list[tuple[int, int]]:
    """(room, floor) of those in which there are rows of expired messages."""
    return [(row[0], row[1]) for row in await scan(_ROOMS)]


async def forget_facts(room_id: int, floor: int, after: int) -> int | None:
    """Delete what is noted of changes of expired messages, in a part of the room's changes behind
    `after`. Returns where it ends; None: nothing is behind it. The numbers stay given out.
    """
    rows = await scan(_FACTS, room_id, after, FACTS)
    if old := [row[0] for row in rows if row[2] <= floor]:
        ids = padded(old)
        await fetch(f"DELETE FROM room_change WHERE id IN ({marks(len(ids))}) RETURNING id", *ids)
    return rows[-1][1] if rows else None


async def delete_part(room_id: int, floor: int) -> bool:
    """Delete the first of the messages, with what hangs on them. Returns whether more are left."""
    numbers = [row[0] for row in await scan(_FIRST, room_id, floor, PART)]
    if not numbers:
        return False
    upto = numbers[-1]

    async def work(connection: BaseDBAsyncClient) -> None:
        for table in _THEIRS:
            sql = f"DELETE FROM {table} WHERE room_id = $1 AND number <= $2"
            await execute(connection, sql, room_id, upto)
        await execute(connection, _DRAFTS, room_id, upto)
        await execute(connection, _MESSAGES, room_id, upto)

    await atomically(work)
    return len(numbers) == PART


_ROOMS = """
SELECT room.id, floor FROM room WHERE floor > 0 AND EXISTS (
    SELECT 1 FROM message WHERE message.room_id = room.id AND message.number <= room.floor)
"""
_LEFT = f"""
SELECT floor, (
    SELECT number FROM message WHERE message.room_id = room.id ORDER BY number LIMIT 1) AS first, (
    SELECT details FROM room_change WHERE room_change.room_id = room.id AND kind = '{EXPIRED}'
    ORDER BY change DESC LIMIT 1) AS details
FROM room WHERE {{some}} AND floor > 0 AND EXISTS (
    SELECT 1 FROM message WHERE message.room_id = room.id AND message.number <= room.floor)
"""
_FACTS = """
SELECT id, change, number FROM room_change
WHERE room_id = $1 AND change > $2 AND number IS NOT NULL ORDER BY change LIMIT $3
"""
_FIRST = "SELECT number FROM message WHERE room_id = $1 AND number <= $2 ORDER BY number LIMIT $3"
_DRAFTS = """
UPDATE draft SET reply_to = NULL WHERE reply_to <= $2
AND membership_id IN (SELECT id FROM membership WHERE room_id = $1)
"""
_MESSAGES = "DELETE FROM message WHERE room_id = $1 AND number <= $2"
