"""Earlier texts of messages."""

from datetime import datetime

from models.database import moment
from models.message_details import MessageVersion
from models.sql.fast_path import look_up


async def versions_of(room_id: int, message_id: int) -> list[tuple[str, datetime, int]]:
    """(text, when it was written, the change that did it), oldest first."""
    rows = await look_up(_VERSIONS, room_id, message_id)
    return [(body, moment(made_at), change) for body, made_at, change in rows]


async def erase_versions(room_id: int, message_id: int) -> None:
    """Leave the present text alone."""
    await MessageVersion.filter(room_id=room_id, number=message_id).delete()


_VERSIONS = """
SELECT body, made_at, change FROM message_version WHERE room_id = $1 AND number = $2
ORDER BY change
"""
