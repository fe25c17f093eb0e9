"""The rooms of somebody, with what is unread in them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from errors import Refusal
from models.block import Block
from models.invitation import InvitationRow, invitation_to, invitations_of
from models.queries.people import like_condition, like_patterns
from models.queries.room_rows import (
    ACTIVE_AT,
    MENTION_COUNT,
    PARTNER_JOIN,
    READ_TO,
    ROOMS,
    UNREAD_MAX,
    RoomRow,
    room_row,
)
from models.sql.fast_path import Rows, as_stored, fetch_rows, look_up, scan

ROOMS_MAX = 500  # In one answer.
REQUESTS_MAX = 100
_AT = "%Y%m%dT%H%M%S.%f"
_CURSOR = re.compile(r"(\d{8}T\d{6}\.\d{6})-(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last room of a page: what comes after it was active before."""

    at: datetime
    room_id: int

    def text(self) -> str:
        """As a client gives it back."""
        return f"{self.at.astimezone(UTC).strftime(_AT)}-{self.room_id}"

    @classmethod
    def of(cls, text: str) -> "Cursor":
        """Raises Refusal: bad_request, for what was never given out."""
        if not (parts := _CURSOR.fullmatch(text)):
            raise Refusal("bad_request", problem="cursor")
        try:
            at = datetime.strptime(parts[1], _AT).replace(tzinfo=UTC)
        except ValueError:
            raise Refusal("bad_request", problem="cursor") from None
        return cls(at, int(parts[2]))


ListedRoom = RoomRow | InvitationRow


@dataclass(frozen=True, slots=True)
class Page:
    """Rooms, latest activity first; where the next ones begin, if there are more; and of those,
    without the muted and the hidden ones, how much is unread, where somebody wants to be told of
    mentions alone only these, and how many mentions are unseen (both counted up to 100).
    """

    rooms: list[ListedRoom]
    cursor: str | None
    unread_beyond: int = 0
    mentions_beyond: int = 0


async def page_of(
    user_id: int, limit: int, cursor: Cursor | None = None, *, hidden: bool | None = None
) -> Page:
    """A page of the user's rooms. What somebody asks of them comes first, on the first page:
    invitations and requests, the latest hundred of each.

    hidden: only those that are hidden, or are not; None: both.
    """
    asked = [] if cursor or hidden else await _asked(user_id)
    which, values = _WHICH[hidden], []
    if cursor:
        which += f" AND {_BEYOND}"
        values = _position(cursor)
    rooms = await _rooms(user_id, f"membership.request = '' {which}", values, limit + 1)
    if len(rooms) <= limit:
        return Page([*asked, *rooms], None)
    last = Cursor(rooms[limit - 1].active_at, rooms[limit - 1].id)
    unread, mentions = [await _beyond(sql, user_id, last) for sql in (_UNREAD, _MENTIONS)]
    return Page([*asked, *rooms[:limit]], last.text(), unread, mentions)


async def room_of(user_id: int, room_id: int) -> ListedRoom | None:
    """One room as it is in the user's list, or their invitation to it; None if neither is there."""
    # News for the lobby: quickly found, and not to wait among the searches.
    sql = await _sql(user_id, f"{_IN_LIST} AND room.id = $2", 1)
    if rows := await fetch_rows(sql, user_id, room_id):
        return room_row(rows[0])
    return await invitation_to(room_id, user_id)


async def search_rooms(user_id: int, text: str, limit: int) -> list[RoomRow]:
    """The user's rooms whose name, or a word of it, begins like this."""
    patterns = like_patterns(text)
    if not patterns:
        return []
    names = " OR ".join(
        like_condition(column, patterns, first=2)
        for column in ("room.name", "partner.username_key", "partner.display_name")
    )
    where = f"{_IN_LIST} AND ({names})"
    return await _rooms(user_id, where, list(patterns), limit, named=True)


async def has_hidden(user_id: int) -> bool:
    """Whether the user has hidden any of their rooms."""
    return bool((await look_up(_HAS_HIDDEN, user_id))[0][0])


async def _asked(user_id: int) -> list[ListedRoom]:
    # Most people are asked nothing: one look into two indexes is ten times as quick as two scans.
    if not (await look_up(_IS_ASKED, user_id))[0][0]:
        return []
    requests = await _rooms(user_id, f"{_IN_LIST} AND membership.request <> ''", [], REQUESTS_MAX)
    return [*await invitations_of(user_id), *requests]


async def _rooms(
    user_id: int, where: str, values: list[object], limit: int, *, named: bool = False
) -> list[RoomRow]:
    rows: Rows = await scan(await _sql(user_id, where, limit, named=named), user_id, *values)
    return [room_row(row) for row in rows]


async def _sql(user_id: int, where: str, limit: int, *, named: bool = False) -> str:
    return ROOMS.format(
        where=where,
        partner=PARTNER_JOIN if named else "",
        limit=limit,
        without_blocked=await _without_blocked(user_id),
    )


async def _without_blocked(user_id: int) -> str:
    """What leaves out the messages of those whom the user has blocked; "" for most people."""
    return _NOT_BLOCKED if await Block.ids_of(user_id) else ""


async def _beyond(sql: str, user_id: int, cursor: Cursor) -> int:
    """Up to UNREAD_MAX."""
    sql = sql.format(without_blocked=await _without_blocked(user_id))
    return min(int((await scan(sql, user_id, *_position(cursor)))[0][0]), UNREAD_MAX)


def _position(cursor: Cursor) -> list[object]:
    return [as_stored(cursor.at), cursor.room_id]


# What is declined, and what a stranger has begun and said nothing in, is not in the list.
_IN_LIST = """
(membership.request = ''
 OR (membership.request = 'pending' AND room.revision > 0 AND NOT membership.is_blocked))
"""
_IS_ASKED = """
SELECT EXISTS (SELECT 1 FROM invitation WHERE user_id = $1 AND declined_at IS NULL)
    OR EXISTS (SELECT 1 FROM membership WHERE user_id = $1 AND request <> '')
"""
_HIDDEN = "COALESCE(membership.hidden_at >= room.revision, FALSE)"
_WHICH = {None: "", True: f"AND {_HIDDEN}", False: f"AND NOT {_HIDDEN}"}
_HAS_HIDDEN = f"""
SELECT EXISTS (SELECT 1 FROM membership JOIN room ON room.id = membership.room_id
               WHERE membership.user_id = $1 AND membership.request = '' AND {_HIDDEN})
"""
_BEYOND = f"""
({ACTIVE_AT} < $2 OR ({ACTIVE_AT} = $2 AND room.id < $3))
"""
_NOT_BLOCKED = """
AND NOT EXISTS (SELECT 1 FROM block WHERE block.user_id = membership.user_id
                AND block.blocked_id = message.author_id)
"""
_CALLING = f"""
membership.user_id = $1 AND membership.request = '' AND NOT membership.is_muted
AND NOT {_HIDDEN} AND {_BEYOND}
"""
_UNREAD = f"""
SELECT COUNT(*) AS unread_count FROM (
    SELECT 1 FROM membership JOIN room ON room.id = membership.room_id
    JOIN message ON message.room_id = room.id
    WHERE {_CALLING} AND room.revision > {READ_TO}
      AND message.number > {READ_TO} AND message.author_id <> membership.user_id
      AND message.deleted_at IS NULL
      AND (membership.chosen_level = 'all' OR EXISTS (
          SELECT 1 FROM mention WHERE mention.room_id = room.id
          AND mention.number = message.number AND mention.user_id IN ($1, 0)))
      {{without_blocked}}
    LIMIT {UNREAD_MAX}) AS unread
"""
_MENTIONS = f"""
SELECT COALESCE(SUM({MENTION_COUNT}), 0) AS mention_count
FROM membership JOIN room ON room.id = membership.room_id WHERE {_CALLING}
"""
