"""All messages of one person in a room removed at once: one change of the room, however many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from tortoise.backends.base.client import BaseDBAsyncClient

from models.administration import check_administrator
from models.audit_entry import ActDetails, record_act
from models.database import execute, fetch
from models.held_message import withdraw_held
from models.locks import lock_users
from models.membership import Membership
from models.moderation_notice import MESSAGES_REMOVED, ModerationNotice
from models.room import LATEST, Room
from models.room_change import REMOVAL, Removal, StoredChange, record
from models.room_commands import check_owner
from models.sql.fast_path import as_stored, scan

# Who is told that what concerns them is another list now; of more people it is found out later.
CONCERNED_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Removed:
    """How many messages were removed, and whom they had concerned."""

    count: int
    concerned: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoveMessages:
    """Delete what somebody has written in a room, since then or (None) ever, or one message alone
    (`only`); by an owner of it, or (`owner` is None) an administrator. Where there is nothing left
    to delete it changes nothing.

    The rows are not sent back and forth: the database does it by itself, in a few statements. A
    removed message has its own number among the changes still, by which it is found; `edit_change`
    is that of the removal, which StoredMessage takes for its last one.
    """

    room_id: int
    user_id: int
    actor_id: int
    owner: Membership | None = None
    reason: str = ""
    since: datetime | None = None
    is_told: bool = True
    only: int | None = None

    async def store(self, connection: BaseDBAsyncClient) -> tuple[Removed, list[StoredChange]]:
        """See realtime.waiting_commands.Command.

        Raises:
            Refusal: not_owner, not_admin, for who is none any more.
        """
        if self.owner is None and self.actor_id != self.user_id:
            await lock_users({self.actor_id}, connection)  # People before rooms: see there.
            await check_administrator(self.actor_id, connection)
        await Room.lock([self.room_id], connection)
        if self.owner is not None:
            await check_owner(self.owner, connection)
        if self.only is None:
            theirs = self.room_id, self.user_id
            await withdraw_held(*theirs, since=self.since, connection=connection)
        ranges = await self._ranges(connection)
        count = sum(number for *_, number in ranges)
        if not count:
            return Removed(0), []
        removal = Removal(count, [(first, last) for first, last, _ in ranges], self.reason)
        change = await record(
            self.room_id, REMOVAL, self.actor_id, self.user_id, connection, details=removal
        )
        await self._empty(change.change, connection)
        concerned = await self._erase(change.change, connection)
        await execute(connection, _DATE, self.room_id)
        await self._log(count, connection)
        return Removed(count, concerned), [change]

    async def _ranges(self, connection: BaseDBAsyncClient) -> Sequence[tuple[int, int, int]]:
        """Of message ids, with how many are to be removed in each: between its ends everything
        that they have written is.
        """
        values = (self.room_id, self.user_id, self._since)
        rows = await fetch(self._limited(_RANGES), *values, connection=connection)
        return [(row[0], row[1], row[2]) for row in rows]

    async def _empty(self, change: int, connection: BaseDBAsyncClient) -> None:
        now = as_stored(datetime.now(UTC))
        values = [self.room_id, self.user_id, self._since, change, self.actor_id, now]
        await execute(connection, self._limited(_EMPTY), *values)

    async def _erase(self, change: int, connection: BaseDBAsyncClient) -> tuple[int, ...]:
        """What belonged to them. Returns whom they had concerned."""
        these = [self.room_id, self.user_id, change]
        rows = await fetch(_CONCERNED, *these, connection=connection)
        for name in ("reaction", "message_version", "mention", "activity", "file"):
            await execute(connection, _ERASE.format(table=name), *these)
        return tuple(row[0] for row in rows)

    async def _log(self, count: int, connection: BaseDBAsyncClient) -> None:
        room = await Room.get(id=self.room_id, using_db=connection)
        if self.is_told and self.user_id != self.actor_id:
            await ModerationNotice.tell(
                self.user_id,
                MESSAGES_REMOVED,
                connection,
                room_name="" if room.is_direct else room.name,
                amount=count,
                reason=self.reason,
            )
        await record_act(
            connection,
            "messages_removed",
            self.actor_id,
            user_id=self.user_id,
            room_id=self.room_id,
            reason=self.reason,
            details=ActDetails(messages=count, message=self.only),
        )

    def _limited(self, sql: str) -> str:
        return sql.format(only="" if self.only is None else f"AND message.number = {self.only:d}")

    @property
    def _since(self) -> str | datetime:
        return as_stored(self.since or datetime(1970, 1, 1, tzinfo=UTC))


async def rooms_written_in(user_id: int) -> list[int]:
    """The rooms in which somebody has written, conversations of two among them, also what waits
    for approval.
    """
    rows = await fetch(
        "SELECT id FROM room WHERE EXISTS (SELECT 1 FROM message"
        " WHERE message.room_id = room.id AND message.author_id = $1)"
        " OR EXISTS (SELECT 1 FROM held_message"
        " WHERE held_message.room_id = room.id AND held_message.user_id = $1) ORDER BY id",
        user_id,
    )
    return [row[0] for row in rows]


async def words_left_behind(user_id: int, room_id: int | None = None) -> dict[int, int]:
    """How many messages somebody has in rooms that they are not in any more, by room, with those
    that wait for approval; or in this room alone.
    """
    only = "" if room_id is None else f"AND room.id = {room_id:d}"
    rows = await scan(_LEFT_BEHIND.format(only=only), user_id)
    return {row[0]: row[1] for row in rows if row[1]}


async def own_elsewhere(
    room_id: int, user_id: int, message_id: int
) -> Literal["there", "deleted", ""]:
    """What is there of a message of somebody in a room that they are not in; "": it is not theirs,
    or they are in the room.
    """
    rows = await fetch(_OWN_ELSEWHERE, room_id, user_id, message_id)
    return "" if not rows else "there" if rows[0][0] else "deleted"


_NOT_IN_IT = """
NOT EXISTS (SELECT 1 FROM membership
            WHERE membership.room_id = room.id AND membership.user_id = {user})
"""
_LEFT_BEHIND = f"""
SELECT room.id, (SELECT COUNT(*) FROM message
                 WHERE message.room_id = room.id AND message.author_id = $1
                   AND deleted_at IS NULL AND +message.number > room.floor)
    + (SELECT COUNT(*) FROM held_message
       WHERE held_message.room_id = room.id AND held_message.user_id = $1) AS amount
FROM room WHERE {_NOT_IN_IT.format(user="$1")} {{only}} ORDER BY room.id
"""
_OWN_ELSEWHERE = f"""
SELECT deleted_at IS NULL FROM message JOIN room ON room.id = message.room_id
WHERE room_id = $1 AND author_id = $2 AND number = $3 AND number > room.floor
  AND {_NOT_IN_IT.format(user="$2")}
"""
# Rows of what has expired are there for some moments still. The plus keeps SQLite from going by the
# number: through the whole room, 3.3 s among 500,000 messages instead of 1 ms.
_THEIRS = """message.room_id = $1 AND message.author_id = $2
    AND +message.number > (SELECT floor FROM room WHERE id = $1)"""
_GOES = "deleted_at IS NULL AND message.created_at >= $3 {only}"
# A stretch ends where one of theirs stays as it is: deleted before, or older.
_RANGES = f"""
SELECT MIN(number) AS first, MAX(number) AS last, COUNT(*) AS amount FROM (
    SELECT number, goes, ROW_NUMBER() OVER (ORDER BY number)
           - ROW_NUMBER() OVER (PARTITION BY goes ORDER BY number) AS stretch
    FROM (SELECT number, CASE WHEN {_GOES} THEN 1 ELSE 0 END AS goes
          FROM message WHERE {_THEIRS}) AS theirs) AS numbered
WHERE goes = 1 GROUP BY stretch ORDER BY first
"""
_EMPTY = f"""
UPDATE message SET kind = '{REMOVAL}', made_change = COALESCE(made_change, change),
       edit_change = $4, changed_by = $5, deleted_at = $6, body = '', edited_at = NULL,
       reply_to = NULL, pin_change = NULL, mentions = NULL, tallies = NULL,
       is_edited_after_read = NULL, files = NULL
WHERE {_THEIRS} AND {_GOES}
"""
_REMOVED = f"""
SELECT number FROM message WHERE {_THEIRS} AND edit_change = $3 AND kind = '{REMOVAL}'
"""
_CONCERNED = f"""
SELECT DISTINCT user_id FROM activity
WHERE room_id = $1 AND user_id > 0 AND number IN ({_REMOVED}) LIMIT {CONCERNED_MAX}
"""
_ERASE = f"DELETE FROM {{table}} WHERE room_id = $1 AND number IN ({_REMOVED})"
# As models.sql.message_updates has it.
_DATE = f"""
UPDATE room SET kept_revision = revision, (last_message_at, latest_kept) = (
    SELECT message.created_at, message.number FROM message
    WHERE message.room_id = room.id AND message.number <= {LATEST} AND message.number > room.floor
      AND deleted_at IS NULL ORDER BY message.number DESC LIMIT 1)
WHERE id = $1
"""
