"""Who writes in a room, how often, and what newcomers see of it: set by its owners."""

from dataclasses import dataclass

from tortoise.backends.base.client import BaseDBAsyncClient

from models.audit_entry import ActDetails, record_act
from models.membership import Membership
from models.room import Room, WritingRules
from models.room_change import (
    HISTORY_HIDDEN,
    HISTORY_SHOWN,
    MEMBERS_WRITE,
    OWNERS_WRITE,
    SLOWED,
    UNSLOWED,
    StoredChange,
    record,
)
from models.room_commands import check_owner


@dataclass(frozen=True, slots=True)
class SetRules:
    """Give the room of this owner rules, which have been checked; what is None stays. Its result
    are all rules that there are now. What is so already changes nothing.
    """

    actor: Membership
    slow_seconds: int | None = None
    writers: str | None = None
    newcomers_see: str | None = None

    async def store(self, connection: BaseDBAsyncClient) -> tuple[WritingRules, list[StoredChange]]:
        """See realtime.waiting_commands.Command.

        Raises:
            Refusal: not_owner, for who is none any more.
        """
        await Room.lock([self.actor.room_id], connection)
        await check_owner(self.actor, connection)
        room = await Room.get(id=self.actor.room_id, using_db=connection)
        changes = []
        if self.slow_seconds not in (None, room.slow_seconds):
            room.slow_seconds = self.slow_seconds or 0
            details = ActDetails(seconds=room.slow_seconds)
            kind = SLOWED if room.slow_seconds else UNSLOWED
            changes.append(await self._record(kind, details, connection))
        if self.writers not in (None, room.writers):
            room.writers = self.writers or Room.MEMBERS
            kind = OWNERS_WRITE if room.writers == Room.OWNERS else MEMBERS_WRITE
            changes.append(await self._record(kind, None, connection))
        if self.newcomers_see not in (None, room.newcomers_see):
            room.newcomers_see = self.newcomers_see or Room.ALL
            kind = HISTORY_SHOWN if room.newcomers_see == Room.ALL else HISTORY_HIDDEN
            changes.append(await self._record(kind, None, connection))
        rules = WritingRules(
            room.slow_seconds, room.writers, room.newcomers_see, room.retention_days
        )
        await Room.filter(id=room.id).using_db(connection).update(**rules._asdict())
        return rules, changes

    async def _record(
        self, kind: str, details: ActDetails | None, connection: BaseDBAsyncClient
    ) -> StoredChange:
        room_id, by = self.actor.room_id, self.actor.user_id
        await record_act(connection, f"room_{kind}", by, room_id=room_id, details=details)
        return await record(room_id, kind, by, None, connection)
