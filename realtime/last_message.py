"""The latest message of a room, as the list of rooms shows it."""

from collections.abc import Iterable

from msgspec import UNSET

from models import StoredMessage
from models.attached_file import AttachedFile
from models.queries.room_rows import LastMessageRow
from protocol.last_message import LENGTH, LastMessage, excerpt


def last_message(row: LastMessageRow | StoredMessage) -> LastMessage:
    """Of a row of the list, or of what has just been stored."""
    return LastMessage(
        row.message_id,
        row.change,
        row.author_id,
        row.username,
        row.display_name or UNSET,
        excerpt(row.body) or _names(row.files),
    )


def _names(files: Iterable[AttachedFile]) -> str:
    """Of a message of nothing but files: what they are."""
    return ", ".join(each.alt or each.name for each in files)[:LENGTH]
