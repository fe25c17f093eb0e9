"""Who has come and gone in a room, and the like, where it stands among the messages."""

from bisect import bisect_left
from datetime import datetime

from msgspec import Struct

from models.database import moment
from models.queries.people import PersonRow
from models.room_change import EXPIRED, LEFT, Removal, as_removal
from models.sql.fast_path import Row, look_up

REMOVED = "removed"  # Left, but not by themselves.
_LAST = 2**62


class RoomEvent(Struct, frozen=True):
    """A change of a room that is no message's.

    Attributes:
        kind: see models.room_change, and REMOVED.
        after: the message that it stands behind: the last one before it; 0: none.
        person: whom it is about; None: the room.
        actor: who did it; None: nobody knows any more.
        removal: of messages that were removed at once.
    """

    change: int
    kind: str
    after: int
    created_at: datetime
    person: PersonRow | None
    actor: PersonRow | None
    removal: Removal | None = None


async def room_events(room_id: int, first: int, last: int, limit: int) -> list[RoomEvent]:
    """What has happened behind the messages from `first` to `last`, in its order, the latest
    `limit`. `first` may be 0: also what was before all messages.
    """
    places = await look_up(_PLACES, room_id, first, last)
    changes = [change for _, change in places]
    begin = changes[0] if places and places[0][0] <= first else 0
    is_ended = bool(places) and places[-1][0] > last
    upto = changes[-1] if is_ended else _LAST
    rows = await look_up(_EVENTS, room_id, begin, upto, limit)
    numbers = [0, *(number for number, _ in places)]
    return [_event(row, numbers[bisect_left(changes, row[0])]) for row in reversed(rows)]


def _event(row: Row, after: int) -> RoomEvent:
    change, kind, created_at = row[:3]
    person, actor = _person(row[3:6]), _person(row[6:9])
    if kind == LEFT and actor and actor != person:
        kind = REMOVED
    return RoomEvent(change, kind, after, moment(created_at), person, actor, as_removal(row[9]))


def _person(row: Row) -> PersonRow | None:
    return None if row[0] is None else PersonRow(*row)


# By which change each of these messages was posted, and the one behind them. Where there is no
# message with the first number, what stands behind it stands behind the one before.
_PLACES = """
SELECT number, COALESCE(made_change, change) FROM message
WHERE room_id = $1 AND number >= COALESCE(
    (SELECT MAX(number) FROM message WHERE room_id = $1 AND number <= $2), 0)
AND number <= COALESCE(
    (SELECT MIN(number) FROM message WHERE room_id = $1 AND number > $3), $3)
ORDER BY number
"""
_EVENTS = f"""
SELECT change, kind, room_change.created_at, person.id, person.username, person.display_name,
       actor.id, actor.username, actor.display_name, room_change.details
FROM room_change LEFT JOIN user_account AS person ON person.id = room_change.user_id
LEFT JOIN user_account AS actor ON actor.id = room_change.actor_id
WHERE room_change.room_id = $1 AND room_change.number IS NULL AND change > $2 AND change < $3
AND kind <> '{EXPIRED}'
ORDER BY change DESC LIMIT $4
"""
