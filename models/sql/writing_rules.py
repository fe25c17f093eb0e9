"""Who may write now, of those who want to in one transaction: slow mode, and rooms where only
owners write. All other rooms cost a look into two empty tables, and no statement.
"""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from errors import Refusal
from models.database import moment
from models.membership import Membership
from models.sql.fast_path import Steps, as_stored
from models.sql.locked_rooms import LockedRooms
from models.sql.values import flat, padded, table

Writer = tuple[int, int]  # (room, user)


class WritingRules:
    """`steps` reads, `check` and `post` decide in memory, `store` writes."""

    def __init__(self, rooms: LockedRooms, now: datetime) -> None:
        self._rooms = rooms
        self._now = now
        self._last: dict[Writer, datetime] = {}
        self._posted: set[Writer] = set()

    def steps(self, writers: Iterable[Writer]) -> Steps[None]:
        """Read when these have last written, where that matters."""
        if not self._rooms.slow:
            return
        slowed = padded(sorted({each for each in writers if each[0] in self._rooms.slow}))
        if slowed:
            sql = _LAST.format(asked=table(len(slowed), "BIGINT", "BIGINT"))
            for room_id, user_id, at in (yield sql, flat(slowed)):
                self._last[room_id, user_id] = moment(at)

    def check(self, room_id: int, user_id: int, *, has_pause: bool = True) -> None:
        """Whether somebody may post a message now; with `has_pause` False, also in slow mode.

        Raises:
            Refusal: owners_only, unblock_first, blocked; slow_mode, with retry_after.
        """
        self._rooms.check_writes(room_id, user_id)
        seconds = self._rooms.slow.get(room_id)
        if not has_pause or not seconds or self._rooms.roles[room_id, user_id] == Membership.OWNER:
            return
        last = self._last.get((room_id, user_id))
        if last is None:
            return
        # The clock of another process may be ahead: nobody waits longer for that.
        left = min(seconds, (last + timedelta(seconds=seconds) - self._now).total_seconds())
        if left > 0:
            raise Refusal("slow_mode", retry_after=left, num=math.ceil(left))

    def post(self, room_id: int, user_id: int) -> None:
        """They have posted one."""
        if room_id in self._rooms.slow:
            self._last[room_id, user_id] = self._now
            self._posted.add((room_id, user_id))

    def store(self) -> Steps[None]:
        """Remember who has posted; few at once, for they are slow."""
        for room_id, user_id in sorted(self._posted):
            yield _POSTED, (room_id, user_id, as_stored(self._now))


_LAST = """
SELECT room_id, user_id, posted_at FROM last_post JOIN {asked} AS asked
ON room_id = asked.column1 AND user_id = asked.column2
"""
_POSTED = """
INSERT INTO last_post (room_id, user_id, posted_at) VALUES ($1, $2, $3)
ON CONFLICT (room_id, user_id) DO UPDATE SET posted_at = excluded.posted_at
"""
