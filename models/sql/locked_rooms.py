"""The rooms of one transaction, locked: who is in them, and what keeps people from each other."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from tortoise import connections

from errors import Refusal
from models.database import is_sqlite, moment
from models.room import Head, Room
from models.sql.fast_path import Steps
from models.sql.values import flat, marks, padded, table

_CONSENTS = """
SELECT room_id, user_id, request, is_blocked, username
FROM membership JOIN user_account ON user_account.id = user_id WHERE (request <> '' OR is_blocked)
"""


class LockedRooms:
    """Read by `steps`, which come first: all that is read after stays true until commit, also when
    two processes are handed the same client_id.

    Attributes:
        heads: the rooms' latest numbers, from which the next ones are given out.
        last_message_at: as the database returns it.
        roles: of each (room, user) that was asked for and is a member, the role.
        requests: who has not accepted their direct conversation.
        is_sqlite: which database it is.
    """

    def __init__(self, pairs: Iterable[tuple[int, int]]) -> None:
        """`pairs` are (room, user)."""
        self._pairs = list(set(pairs))
        self.is_sqlite = is_sqlite(connections.get("default"))
        self.heads: dict[int, Head] = {}
        self.roles: dict[tuple[int, int], str] = {}
        self.last_message_at: dict[int, Any] = {}
        self.direct: set[int] = set()
        self.requests: set[tuple[int, int]] = set()
        self._blockers: dict[int, dict[int, str]] = {}

    def steps(self) -> Steps[None]:
        yield from self._lock()
        yield from self._read_roles()
        yield from self._read_consents()

    def next_change(self, room_id: int) -> int:
        """Give out the next change of a room that is no new message."""
        head = self.heads[room_id]
        self.heads[room_id] = Head(head.change + 1, head.message_id)
        return head.change + 1

    def next_message(self, room_id: int) -> Head:
        """Give out the numbers of a new message."""
        change, number = self.heads[room_id]
        head = self.heads[room_id] = Head(change + 1, number + 1)
        return head

    def last_message_of(self, room_id: int) -> datetime | None:
        """When the last message of a room was posted that is not deleted."""
        last: datetime | None = moment(self.last_message_at[room_id])
        return last

    def check_blocks(self, room_id: int, user_id: int) -> None:
        """Raises Refusal: unblock_first, blocked."""
        blockers = self._blockers.get(room_id)
        if not blockers:
            return
        # Of two who have blocked each other each is told what they can do something about.
        if user_id in blockers:
            raise Refusal("unblock_first")
        raise Refusal("blocked", username=next(iter(blockers.values())))

    def _lock(self) -> Steps[None]:
        # In ascending order: two processes that lock the same rooms never deadlock.
        rooms = padded(sorted({room_id for room_id, _ in self._pairs}))
        found = yield _select_rooms(len(rooms), self.is_sqlite), rooms
        self.heads = {id_: Head(change, number) for id_, change, number, *_ in found}
        self.last_message_at = {row[0]: row[4] for row in found}
        self.direct = {id_ for id_, _, _, kind, _ in found if kind == Room.DIRECT}

    def _read_roles(self) -> Steps[None]:
        pairs = padded(self._pairs)
        found = yield _select_roles(len(pairs)), flat(pairs)
        self.roles = {(room_id, user_id): role for room_id, user_id, role in found}

    def _read_consents(self) -> Steps[None]:
        """Of direct conversations alone."""
        if not self.direct:
            return
        rooms = padded(sorted(self.direct))
        found = yield f"{_CONSENTS} AND room_id IN ({marks(len(rooms))})", rooms
        for room_id, user_id, request, is_blocked, username in found:
            if request:
                self.requests.add((room_id, user_id))
            if is_blocked:
                self._blockers.setdefault(room_id, {})[user_id] = username


# The text of a statement is hashed each time it is looked up: Python keeps the hash of a string
# that is the same object. Of a message that is stored alone this takes 6 µs less.
@lru_cache
def _select_rooms(count: int, is_sqlite: bool) -> str:
    sql = "SELECT id, change, revision, kind, last_message_at FROM room"
    # SQLite has locked the whole database already.
    lock = "" if is_sqlite else " FOR UPDATE"
    return f"{sql} WHERE id IN ({marks(count)}) ORDER BY id{lock}"


@lru_cache
def _select_roles(count: int) -> str:
    return (
        "SELECT room_id, user_id, role FROM membership JOIN"
        f" {table(count, 'BIGINT', 'BIGINT')} AS asked"
        " ON room_id = asked.column1 AND user_id = asked.column2"
    )
