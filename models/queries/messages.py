"""Messages read in ranges, each with the message that it replies to."""

from collections.abc import Collection

import msgspec

from models.sql.fast_path import Rows, look_up
from models.sql.values import marks, padded
from models.stored_message import SELECT, Quote, StoredMessage


async def messages_after(room_id: int, after: int, upto: int, limit: int) -> list[StoredMessage]:
    """Messages with after < message_id <= upto, oldest first, at most `limit`."""
    rows = await look_up(
        f"{SELECT} WHERE message.room_id = $1 AND number > $2 AND number <= $3"
        " ORDER BY number LIMIT $4",
        room_id,
        after,
        upto,
        limit,
    )
    return await with_quotes(room_id, rows)


async def messages_before(room_id: int, before: int, limit: int) -> list[StoredMessage]:
    """The last `limit` messages with message_id < before, oldest first."""
    rows = await look_up(
        f"{SELECT} WHERE message.room_id = $1 AND number < $2 ORDER BY number DESC LIMIT $3",
        room_id,
        before,
        limit,
    )
    return await with_quotes(room_id, list(reversed(rows)))


async def messages_changed(room_id: int, after: int, upto: int, limit: int) -> list[StoredMessage]:
    """Messages that were posted or changed by changes with after < change <= upto: as they are now,
    under the last of these, in that order, at most `limit`.
    """
    values = (room_id, after, upto, limit)
    rows = await look_up(
        f"{SELECT} WHERE message.room_id = $1 AND change > $2 AND change <= $3"
        " ORDER BY change LIMIT $4",
        *values,
    )
    found = {
        # One that was removed with others stands where it was: of the removal all are told at once.
        message.message_id: message if message.change == row[2] else _at(message, row[2])
        for row, message in zip(rows, await with_quotes(room_id, rows), strict=True)
    }
    # Second: what is changed once more between the two is found by both, and not by neither.
    numbers: dict[int, int] = dict(await look_up(_CHANGED_AGAIN, *values))
    for message in (await messages_by_id(room_id, numbers.keys())).values():
        number = numbers[message.message_id]
        found[message.message_id] = _at(message, number)
    return sorted(found.values(), key=lambda message: message.change)[:limit]


async def messages_posted(room_id: int, after: int, upto: int, limit: int) -> list[StoredMessage]:
    """Messages that were posted by a change with after < change <= upto, in that order: those that
    are still as they were posted, and those that have been changed since.
    """
    values = (room_id, after, upto, limit)
    unchanged = await look_up(_UNCHANGED, *values)
    changed = await look_up(_CHANGED, *values)
    found = await with_quotes(room_id, [*unchanged, *changed])
    found.sort(key=lambda message: message.posted_by)
    return found[:limit]


async def messages_by_id(room_id: int, message_ids: Collection[int]) -> dict[int, StoredMessage]:
    """Those of these messages that there are."""
    if not message_ids:
        return {}
    ids = padded(sorted(message_ids))
    which = marks(len(ids) + 1).removeprefix("$1, ")
    rows = await look_up(
        f"{SELECT} WHERE message.room_id = $1 AND number IN ({which})", room_id, *ids
    )
    return {message.message_id: message for message in await with_quotes(room_id, rows)}


async def pinned_messages(room_id: int) -> list[StoredMessage]:
    """The pinned messages of a room, the latest pin first."""
    rows = await look_up(
        f"{SELECT} WHERE message.room_id = $1 AND pin_change IS NOT NULL ORDER BY pin_change DESC",
        room_id,
    )
    return await with_quotes(room_id, rows)


async def with_quotes(room_id: int, rows: Rows) -> list[StoredMessage]:
    """The messages of these rows of one room, with what they reply to."""
    messages = [StoredMessage.from_row(row) for row in rows]
    asked = {message.reply_to for message in messages if message.reply_to is not None}
    if not asked:
        return messages
    quotes = await _quotes(room_id, asked)
    return [
        msgspec.structs.replace(message, quote=quotes.get(number) or Quote.expired(number))
        if (number := message.reply_to) is not None
        else message
        for message in messages
    ]


def _at(message: StoredMessage, change: int) -> StoredMessage:
    return msgspec.structs.replace(message, change=change)


async def _quotes(room_id: int, message_ids: Collection[int]) -> dict[int, Quote]:
    ids = padded(sorted(message_ids))
    which = marks(len(ids) + 1).removeprefix("$1, ")
    rows = await look_up(f"{_QUOTES} AND number IN ({which})", room_id, *ids)
    return {row[0]: Quote(*(*row[:5], bool(row[5]), False, False, row[6])) for row in rows}


_QUOTES = """
SELECT number, author_id, username, display_name, body, deleted_at IS NOT NULL,
       edit_change
FROM message JOIN user_account ON user_account.id = author_id WHERE room_id = $1
"""
# Of those that were changed again after $3: few, for that is as far as the room has been told.
_CHANGED_AGAIN = """
WITH late AS MATERIALIZED (
    SELECT number, made_change FROM message WHERE room_id = $1 AND change > $3)
SELECT number, MAX(change) FROM (
    SELECT number, made_change AS change FROM late
    UNION ALL
    SELECT late.number, room_change.change FROM late CROSS JOIN room_change
    WHERE room_change.room_id = $1 AND room_change.number = late.number
      AND room_change.change > $2 AND room_change.change <= $3) AS touched
WHERE change > $2 AND change <= $3 GROUP BY number ORDER BY MAX(change) LIMIT $4
"""
_UNCHANGED = f"""
{SELECT} WHERE message.room_id = $1 AND change > $2 AND change <= $3 AND made_change IS NULL
ORDER BY change LIMIT $4
"""
_CHANGED = f"""
{SELECT} WHERE message.room_id = $1 AND made_change > $2 AND made_change <= $3
ORDER BY made_change LIMIT $4
"""
