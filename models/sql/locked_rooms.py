"""The rooms of one transaction, locked: who is in them, and what keeps people from each other."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from errors import Refusal
from models.database import moment
from models.membership import Membership
from models.room import LATEST, Head, Room
from models.sql.fast_path import Steps, is_on_sqlite
from models.sql.values import flat, marks, padded, table

_RULES = "archived_at, slow_seconds, writers, floor"
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
        latest_kept: the message_id of the last message that is not deleted; None for none.
        roles: of each (room, user) that was asked for and is a member, the role.
        slow: of rooms with slow mode, the pause in seconds.
        from_numbers: the first message that each of these members sees, who do not see all.
        floors: of rooms in which messages have expired, the last of these.
        requests: who has not accepted their direct conversation.
        is_sqlite: which database it is.
    """

    def __init__(self, pairs: Iterable[tuple[int, int]]) -> None:
        """`pairs` are (room, user)."""
        self._pairs = list(set(pairs))
        self.is_sqlite = is_on_sqlite()
        self.heads: dict[int, Head] = {}
        self.roles: dict[tuple[int, int], str] = {}
        self.from_numbers: dict[tuple[int, int], int] = {}
        self.floors: dict[int, int] = {}
        self.last_message_at: dict[int, Any] = {}
        self.latest_kept: dict[int, int | None] = {}
        self.direct: set[int] = set()
        self._archived: set[int] = set()
        self.slow: dict[int, int] = {}
        self._owners_write: set[int] = set()
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

    def sees(self, room_id: int, user_id: int, message_id: int) -> bool:
        """See Membership.sees."""
        is_expired = message_id <= self.floors.get(room_id, 0)
        return not is_expired and message_id >= self.from_numbers.get((room_id, user_id), 0)

    def not_seen(self, room_id: int, message_id: int) -> Refusal:
        """What is answered for a message that is not there, or that they do not see."""
        return Refusal("expired" if 0 < message_id <= self.floors.get(room_id, 0) else "not_found")

    def check_writable(self, room_id: int) -> None:
        """Raises Refusal: room_archived."""
        if room_id in self._archived:
            raise Refusal("room_archived")

    def check_writes(self, room_id: int, user_id: int) -> None:
        """Whether this member may say something there. Raises Refusal: owners_only, unblock_first,
        blocked.
        """
        if room_id in self._owners_write and self.roles[room_id, user_id] != Membership.OWNER:
            raise Refusal("owners_only")
        self.check_blocks(room_id, user_id)

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
        self.latest_kept = {row[0]: row[5] for row in found}
        self.direct = {row[0] for row in found if row[3] == Room.DIRECT}
        self._archived = {row[0] for row in found if row[6] is not None}
        self.slow = {row[0]: row[7] for row in found if row[7]}
        self._owners_write = {row[0] for row in found if row[8] == Room.OWNERS}
        self.floors = {row[0]: row[9] for row in found if row[9]}

    def _read_roles(self) -> Steps[None]:
        pairs = padded(self._pairs)
        found = yield _select_roles(len(pairs)), flat(pairs)
        self.roles = {(room_id, user_id): role for room_id, user_id, role, _ in found}
        self.from_numbers = {(row[0], row[1]): row[3] for row in found if row[3]}

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
    sql = f"SELECT id, change, revision, kind, last_message_at, {LATEST}, {_RULES} FROM room"
    # SQLite has locked the whole database already.
    lock = "" if is_sqlite else " FOR UPDATE"
    return f"{sql} WHERE id IN ({marks(count)}) ORDER BY id{lock}"


@lru_cache
def _select_roles(count: int) -> str:
    return (
        "SELECT room_id, user_id, role, from_number FROM membership JOIN"
        f" {table(count, 'BIGINT', 'BIGINT')} AS asked"
        " ON room_id = asked.column1 AND user_id = asked.column2"
    )
