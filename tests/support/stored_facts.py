"""A room as it is stored, as a plain dictionary: see room_facts.py."""

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from models.database import moment
from models.room_change import REMOVAL
from models.stored_message import EVERYBODY
from protocol.encoding import timestamp
from tests.support.room_facts import (
    FLOOR,
    IS_ARCHIVED,
    NAME,
    RULES,
    Facts,
    change,
    member,
    message,
    reaction,
    reaction_count,
)

Fetch = Callable[[str], Awaitable[Iterable[Sequence[Any]]]]


async def stored(fetch: Fetch, room_id: int) -> tuple[int, Facts]:
    """The room's latest change, and all of its facts, in the database; 0 and none of a room that
    is no more. `fetch` returns the rows of a query.
    """
    rooms = list(await fetch(_ROOM.format(room_id)))
    if not rooms:
        return 0, {}
    ((head, name, archived_at, floor, *rules),) = rooms
    made: Facts = {NAME: name, IS_ARCHIVED: archived_at is not None or None}
    made |= {RULES: tuple(rules), FLOOR: floor or None}
    for user_id, role in await fetch(_MEMBERS.format(room_id)):
        made[member(user_id)] = role
    for row in await fetch(_MESSAGES.format(room_id)):
        made |= _stored_message(*row)
    for number, emoji, user_id in await fetch(_REACTIONS.format(room_id)):
        made[reaction(number, emoji, user_id)] = True
        count = reaction_count(number, emoji)
        made[count] = made.get(count, 0) + 1
    facts: Facts = {}
    change(facts, made)
    return head, facts


def _stored_message(number: int, *row: Any) -> Facts:
    author_id, client_id, text, reply_to, thread, mentioned, edited_at, deleted_at = row[:8]
    pin_change, own_change, edit_change, kind, changed_by, created_at = row[8:]
    mentions = sorted(json.loads(mentioned or "[]"))
    by = changed_by if deleted_at and changed_by != author_id else None
    return {
        message(number): author_id,
        message(number, "client_id"): client_id,
        message(number, "text"): None if deleted_at else text,
        message(number, "reply_to"): reply_to,
        message(number, "thread"): thread,
        message(number, "mentions"): tuple(each for each in mentions if each != EVERYBODY) or None,
        message(number, "mentions_all"): EVERYBODY in mentions or None,
        message(number, "edited_at"): stamp(edited_at) if edited_at else None,
        message(number, "is_deleted"): deleted_at is not None or None,
        message(number, "deleted_by"): by,
        message(number, "is_pinned"): pin_change is not None or None,
        message(number, "change"): edit_change if kind == REMOVAL else own_change,
        message(number, "timestamp"): stamp(created_at),
    }


def stamp(stored_at: str | datetime) -> str:
    """A time in the database as it is on the wire."""
    return timestamp(moment(stored_at)).rfc3339


_ROOM = """
SELECT change, name, archived_at, floor, slow_seconds, writers, newcomers_see, retention_days
FROM room WHERE id = {}
"""
_MEMBERS = "SELECT user_id, role FROM membership WHERE room_id = {}"
_MESSAGES = """
SELECT number, author_id, client_id, body, reply_to, thread, mentions, edited_at, deleted_at,
       pin_change, change, edit_change, kind, changed_by, created_at
FROM message WHERE room_id = {0} AND number > (SELECT floor FROM room WHERE id = {0})
"""
_REACTIONS = """
SELECT number, emoji, user_id FROM reaction
WHERE room_id = {0} AND number > (SELECT floor FROM room WHERE id = {0})
"""
