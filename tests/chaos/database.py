"""The servers' database, looked at from outside, and the time that passes in it."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import asyncpg

from tests.support.room_facts import Facts
from tests.support.stored_facts import stored


class StoredCommand(NamedTuple):
    """What was done to a message by one change, and by whom."""

    change: int
    kind: str
    number: int
    emoji: str | None
    actor: int
    command_id: str | None


class Database:
    """`url`: sqlite:// or postgresql://."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def fetch(self, sql: str) -> list[Sequence[Any]]:
        """The rows of a query, on a connection of its own."""
        if self._url.startswith("sqlite://"):
            return await asyncio.to_thread(self._fetch_here, sql)
        connection = await asyncpg.connect(self._url)
        try:
            return [tuple(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    def _fetch_here(self, sql: str) -> list[Sequence[Any]]:
        with closing(sqlite3.connect(self._url.removeprefix("sqlite://"))) as file:
            rows = list(file.execute(sql))
            file.commit()
            return rows

    async def room(self, room: int) -> tuple[int, Facts]:
        """The room's latest change, and all of its facts."""
        return await stored(self.fetch, room)

    async def heads(self) -> dict[int, int]:
        """The latest change of each room."""
        return dict(await self._pairs("SELECT id, change FROM room"))

    async def members(self) -> set[tuple[int, int]]:
        """(room, user) of everybody who is in a room."""
        return set(await self._pairs(_MEMBERS))

    async def bound(self, room: int, user: int) -> int:
        """The first message that this member sees; 0: they see all."""
        return sum([each for (each,) in await self.fetch(_BOUND.format(room, user))])

    async def kinds(self, room: int) -> Counter[str]:
        """How many changes of which kind are stored, beside messages."""
        return Counter(dict(await self._pairs(_KINDS.format(room))))

    async def done(self, room: int, user: int) -> Counter[tuple[str, bool]]:
        """How often this user has done what: (kind, whether it was about themselves)."""
        rows = await self.fetch(_DONE.format(room, user))
        return Counter((kind, about == user) for kind, about in rows)

    async def logged(self, room: int, user: int) -> Counter[str]:
        """How often the audit log says that this user has done what in a room."""
        return Counter(dict(await self._pairs(_LOGGED.format(room, user))))

    async def banned_inside(self) -> set[tuple[int, int]]:
        """(room, user) of who is in a room that they are banned from for ever."""
        return set(await self._pairs(_BANNED_INSIDE))

    async def age(self, kept: int) -> dict[int, int]:
        """Let all messages but the latest of each room be forty days old. Returns up to which."""
        ages = dict(await self._pairs(_AGES.format(kept)))
        long_ago = datetime.now(UTC) - timedelta(days=40)
        await self.fetch(_AGE.format(kept, long_ago))
        return ages

    async def floors(self) -> dict[int, int]:
        """Up to which message those of each room have expired."""
        return dict(await self._pairs("SELECT id, floor FROM room"))

    async def erasures(self) -> int:
        """How many deleted accounts are still being cleared away. What a killed process had begun
        is free at once.
        """
        await self.fetch(_FREE.format(datetime.now(UTC)))
        ((count,),) = await self.fetch(_ERASURES)
        return int(count)

    async def left(self, room: int, user: int) -> list[int]:
        """By which changes this user has left, or was removed."""
        return [change for (change,) in await self.fetch(_LEFT.format(room, user))]

    async def _pairs(self, sql: str) -> list[tuple[Any, Any]]:
        return [(one, other) for one, other in await self.fetch(sql)]

    async def commands(self, room: int) -> list[StoredCommand]:
        """All that was done to messages, in order, but for removals of many at once."""
        return [StoredCommand(*row) for row in await self.fetch(_COMMANDS.format(room))]


_MEMBERS = "SELECT room_id, user_id FROM membership"
_BOUND = "SELECT from_number FROM membership WHERE room_id = {} AND user_id = {}"
_KINDS = "SELECT kind, COUNT(*) FROM room_change WHERE room_id = {} GROUP BY kind"
_DONE = "SELECT kind, user_id FROM room_change WHERE room_id = {} AND actor_id = {}"
_LOGGED = """
SELECT action, COUNT(*) FROM audit_entry WHERE room_id = {} AND actor_id = {} GROUP BY action
"""
_BANNED_INSIDE = """
SELECT ban.room_id, ban.user_id FROM room_ban AS ban
JOIN membership AS here ON here.room_id = ban.room_id AND here.user_id = ban.user_id
WHERE ban.banned_until IS NULL
"""
_AGES = "SELECT id, revision - {} FROM room"
_AGE = """
UPDATE message SET created_at = '{1}' WHERE number <= (
    SELECT revision - {0} FROM room WHERE room.id = message.room_id) RETURNING id
"""
_FREE = "UPDATE job SET lease_until = '{}' WHERE state IN ('waiting', 'running') RETURNING id"
_ERASURES = "SELECT COUNT(*) FROM job WHERE kind = 'erasure' AND finished_at IS NULL"
_LEFT = """
SELECT change FROM room_change WHERE room_id = {} AND user_id = {} AND kind = 'left'
ORDER BY change
"""
_COMMANDS = """
SELECT change, kind, number, emoji, actor_id, command_id FROM room_change
WHERE room_id = {} AND number IS NOT NULL ORDER BY change
"""
