"""What administrators do to rooms that they need not be in. Each act stores its entry of the audit
log with it.
"""

from dataclasses import dataclass

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.timezone import now

from errors import Refusal
from models.administration import check_administrator
from models.audit_entry import record_act
from models.database import atomically
from models.locks import lock_users
from models.membership import Membership
from models.room import Room
from models.room_change import ARCHIVED, OWNER, UNARCHIVED, StoredChange, record


@dataclass(frozen=True, slots=True)
class SetArchived:
    """Let nobody write in a room any more, or again. What is so already changes nothing."""

    room_id: int
    actor_id: int
    is_archived: bool
    reason: str = ""

    async def store(self, connection: BaseDBAsyncClient) -> tuple[None, list[StoredChange]]:
        """See realtime.waiting_commands.Command.

        Raises:
            Refusal: not_admin, for who is none any more.
        """
        room_id, kind = self.room_id, ARCHIVED if self.is_archived else UNARCHIVED
        await _lock(self.actor_id, room_id, connection)
        others = Room.filter(id=room_id, kind=Room.ROOM, archived_at__isnull=self.is_archived)
        since = now() if self.is_archived else None
        if not await others.using_db(connection).update(archived_at=since):
            return None, []
        await record_act(
            connection, f"room_{kind}", self.actor_id, room_id=room_id, reason=self.reason
        )
        return None, [await record(room_id, kind, self.actor_id, None, connection)]


@dataclass(frozen=True, slots=True)
class AppointOwner:
    """Make a member an owner, by an administrator. Who is one already changes nothing."""

    room_id: int
    user_id: int
    actor_id: int
    reason: str = ""

    async def store(self, connection: BaseDBAsyncClient) -> tuple[None, list[StoredChange]]:
        """See realtime.waiting_commands.Command.

        Raises:
            Refusal: not_found, for who is not in the room; not_admin.
        """
        room_id, user_id = self.room_id, self.user_id
        await _lock(self.actor_id, room_id, connection)
        member = Membership.filter(room_id=room_id, user_id=user_id).using_db(connection)
        if not await member.exists():
            raise Refusal("not_found")
        if not await member.exclude(role=Membership.OWNER).update(role=Membership.OWNER):
            return None, []
        await record_act(
            connection,
            "owner_appointed",
            self.actor_id,
            user_id=user_id,
            room_id=room_id,
            reason=self.reason,
        )
        return None, [await record(room_id, OWNER, self.actor_id, user_id, connection)]


async def delete_room(room_id: int, actor_id: int, reason: str) -> None:
    """Delete a room with everything in it.

    Raises:
        Refusal: not_found, not_admin.
    """

    async def work(connection: BaseDBAsyncClient) -> None:
        await _lock(actor_id, room_id, connection)
        room = Room.filter(id=room_id, kind=Room.ROOM).using_db(connection)
        if not await room.delete():
            raise Refusal("not_found")
        await record_act(connection, "room_deleted", actor_id, room_id=room_id, reason=reason)

    await atomically(work)


async def _lock(actor_id: int, room_id: int, connection: BaseDBAsyncClient) -> None:
    # People before rooms: see lock_users.
    await lock_users({actor_id}, connection)
    await check_administrator(actor_id, connection)
    await Room.lock([room_id], connection)
