"""For how long messages are kept, as owners say for their room, and administrators for all; and
what becomes of those that have been kept for so long.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from msgspec import UNSET, Struct
from tortoise.backends.base.client import BaseDBAsyncClient

from errors import Refusal
from models.administration import check_administrator
from models.audit_entry import ActDetails, record_act
from models.database import atomically, fetch, moment
from models.locks import lock_users
from models.membership import Membership
from models.room import LATEST, Room
from models.room_change import EXPIRED, HISTORY_KEPT, Removal, StoredChange, record
from models.room_commands import check_owner
from models.site_settings import SiteSettings, store_setting
from models.sql.fast_path import as_stored, scan

DAYS_MAX = 3_650
SETTING = "retention_days"
ROOMS = 200  # In one look at what is due.


class Expiring(Struct, frozen=True):
    """What a rule would delete: how many messages that are not deleted yet, and since when the
    oldest of them has been there.
    """

    count: int = 0
    oldest: datetime | None = None


class DueRoom(Struct, frozen=True):
    """A room with messages that were posted longer ago than its rule says."""

    room_id: int
    days: int


def days_kept(own: int | None, of_server: int | None) -> int | None:
    """The shorter of the two; None: for ever."""
    return min((days for days in (own, of_server) if days is not None), default=None)


async def server_days() -> int | None:
    """What administrators have said for all rooms; None: nothing."""
    chosen = (await SiteSettings.load()).retention_days
    return None if chosen is UNSET else chosen


async def expiring_in(room_id: int, days: int) -> Expiring:
    """What would go from this room at once."""
    rows = await scan(_EXPIRING, room_id, _cutoff(days))
    return Expiring(int(rows[0][0]), moment(rows[0][1]))


async def expiring_everywhere(days: int) -> Expiring:
    """What would go from all rooms and conversations at once, of those that keep it longer."""
    rows = await scan(_EXPIRING_EVERYWHERE, _cutoff(days))
    return Expiring(int(rows[0][0]), moment(rows[0][1]))


@dataclass(frozen=True, slots=True)
class SetRetention:
    """Let the messages of this owner's room be kept for so long (None: as everywhere), which has
    been checked. What is so already changes nothing.
    """

    actor: Membership
    days: int | None

    async def store(self, connection: BaseDBAsyncClient) -> tuple[None, list[StoredChange]]:
        """See realtime.waiting_commands.Command.

        Raises:
            Refusal: not_owner, for who is none any more.
        """
        room_id, by = self.actor.room_id, self.actor.user_id
        await Room.lock([room_id], connection)
        await check_owner(self.actor, connection)
        room = await Room.get(id=room_id, using_db=connection)
        if room.retention_days == self.days:
            return None, []
        await Room.filter(id=room_id).using_db(connection).update(retention_days=self.days)
        details = ActDetails(days=self.days)
        await record_act(connection, f"room_{HISTORY_KEPT}", by, room_id=room_id, details=details)
        return None, [await record(room_id, HISTORY_KEPT, by, None, connection)]


async def set_for_server(days: int | None, actor_id: int) -> None:
    """Let messages be kept for so long at most, everywhere, by an administrator. What is so already
    is no act.

    Raises:
        Refusal: not_admin, where they are none any more.
    """

    async def work(connection: BaseDBAsyncClient) -> None:
        await lock_users({actor_id}, connection)
        await check_administrator(actor_id, connection)
        if days == await server_days():
            return
        await store_setting(SETTING, days, connection)
        details = ActDetails(setting=SETTING, days=days)
        await record_act(connection, "setting_changed", actor_id, details=details)

    await atomically(work)


def checked_days(days: int | None) -> int | None:
    """Raises Refusal: bad_field."""
    if days is not None and not 1 <= days <= DAYS_MAX:
        raise Refusal("bad_field", problem="days")
    return days


async def due_rooms(of_server: int | None) -> AsyncIterator[Sequence[DueRoom]]:
    """Those of which something is to go by now, in parts."""
    last, now = 0, datetime.now(UTC)
    while True:
        rows = await scan(_RULED.format(some="1 = 1" if of_server else _OWN), last, ROOMS)
        found = [(row[0], row[2], days_kept(row[1], of_server)) for row in rows]
        yield [
            DueRoom(room_id, days)
            for room_id, oldest, days in found
            if days and oldest and moment(oldest) < now - timedelta(days=days)
        ]
        if len(rows) < ROOMS:
            return
        last = rows[-1][0]


async def expired_upto(room_id: int, days: int) -> int:
    """The last message before the first that was posted within these days."""
    rows = await scan(_UPTO, room_id, _cutoff(days))
    return int(rows[0][0]) if rows else 0


@dataclass(frozen=True, slots=True)
class RaiseFloor:
    """Let messages up to this one have expired, if the rule by which they have still holds. From
    then on they are not there for anybody; see models.expired_messages for their rows.
    """

    room_id: int
    upto: int
    days: int

    async def store(self, connection: BaseDBAsyncClient) -> tuple[bool, list[StoredChange]]:
        """See realtime.waiting_commands.Command."""
        await Room.lock([self.room_id], connection)
        room = await Room.get_or_none(id=self.room_id, using_db=connection)
        if room is None or room.floor >= self.upto:
            return False, []
        days = days_kept(room.retention_days, await server_days())
        if days is None or days > self.days:
            return False, []
        await fetch(_RAISE, self.room_id, self.upto, connection=connection)
        removal = Removal(self.upto - room.floor, [(1, self.upto)])
        told = await record(self.room_id, EXPIRED, None, None, connection, details=removal)
        return True, [told]


def _cutoff(days: int) -> str | datetime:
    return as_stored(datetime.now(UTC) - timedelta(days=days))


# From the floor on, in their order: the first that is young enough ends it.
_UPTO = """
SELECT COALESCE((
    SELECT number - 1 FROM message
    WHERE room_id = $1 AND number > (SELECT floor FROM room WHERE id = $1) AND created_at >= $2
    ORDER BY number LIMIT 1), revision)
FROM room WHERE id = $1
"""
_EXPIRING = f"""
SELECT COUNT(*), MIN(created_at) FROM message
WHERE room_id = $1 AND deleted_at IS NULL
  AND number > (SELECT floor FROM room WHERE id = $1) AND number <= ({_UPTO})
"""
_EXPIRING_EVERYWHERE = """
SELECT COUNT(*), MIN(message.created_at) FROM message JOIN room ON room.id = message.room_id
WHERE message.created_at < $1 AND deleted_at IS NULL AND message.number > room.floor
"""
_OWN = "room.retention_days IS NOT NULL"
_RULED = """
SELECT room.id, room.retention_days, (
    SELECT message.created_at FROM message
    WHERE message.room_id = room.id AND message.number > room.floor
    ORDER BY message.number LIMIT 1) AS oldest
FROM room WHERE room.id > $1 AND {some} ORDER BY room.id LIMIT $2
"""
# Where nothing is left, no message is the latest.
_RAISE = f"""
UPDATE room SET floor = $2,
    last_message_at = CASE WHEN {LATEST} <= $2 THEN NULL ELSE last_message_at END,
    latest_kept = CASE WHEN {LATEST} <= $2 THEN NULL ELSE latest_kept END,
    kept_revision = CASE WHEN {LATEST} <= $2 THEN revision ELSE kept_revision END
WHERE id = $1 RETURNING id
"""
