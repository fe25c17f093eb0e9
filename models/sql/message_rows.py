"""Messages of several rooms, read within a transaction."""

from collections.abc import Iterable

from models.sql.fast_path import Steps
from models.sql.values import flat, padded
from models.stored_message import StoredMessage, select_messages

Key = tuple[int, int]  # (room, message_id)


def read_messages(keys: Iterable[Key]) -> Steps[dict[Key, StoredMessage]]:
    """Those of these messages that there are, without what they reply to."""
    asked = sorted(set(keys))
    if not asked:
        return {}
    asked = padded(asked)
    found = yield select_messages(len(asked)), flat(asked)
    messages = [StoredMessage.from_row(row) for row in found]
    return {(each.room_id, each.message_id): each for each in messages}
