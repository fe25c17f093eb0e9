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
from models.moderation_notice import (
    OWNER_APPOINTED,
    OWNER_REPLACED,
    ROOM_DELETED,
    ModerationNotice,
)
from models.room import Room
from models.room_change import ARCHIVED, MEMBER, OWNER, UNARCHIVED, StoredChange, record


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
        room, action = await Room.get(id=room_id, using_db=connection), f"room_{kind}"
        await record_act(connection, action, self.actor_id, room_id=room_id, reason=self.reason)
        await ModerationNotice.tell_owners(room, action, self.actor_id, self.reason, connection)
        return None, [await record(room_id, kind, self.actor_id, None, connection)]


@dataclass(frozen=True, slots=True)
class AppointOwner:
    """Make a member an owner, by an administrator; where they are to be the only one
    (`replaces_owners`), the others become members. What is so already changes nothing. All of them
    are told.
    """

    room_id: int
    user_id: int
    actor_id: int
    reason: str = ""
    replaces_owners: bool = False

    async def store(self, connection: BaseDBAsyncClient) -> tuple[None, list[StoredChange]]:
        """See realtime.waiting_commands.Command.

        Raises:
            Refusal: not_found, for who is not in the room; not_admin.
        """
        room_id, user_id = self.room_id, self.user_id
        await _lock(self.actor_id, room_id, connection)
        members = Membership.filter(room_id=room_id).using_db(connection)
        if not await members.filter(user_id=user_id).exists():
            raise Refusal("not_found")
        others = members.filter(role=Membership.OWNER).exclude(user_id=user_id)
        replaced = [each.user_id for each in await others] if self.replaces_owners else []
        is_owner = await members.filter(user_id=user_id, role=Membership.OWNER).exists()
        if is_owner and not replaced:
            return None, []
        # The new one first: a room is never without an owner.
        changes = [] if is_owner else [await self._give(user_id, OWNER, connection)]
        changes += [await self._give(each, MEMBER, connection) for each in sorted(replaced)]
        action = "room_transferred" if self.replaces_owners else "owner_appointed"
        await record_act(
            connection,
            action,
            self.actor_id,
            user_id=user_id,
            room_id=room_id,
            reason=self.reason,
        )
        return None, changes

    async def _give(self, user_id: int, role: str, connection: BaseDBAsyncClient) -> StoredChange:
        # The kinds of these changes are the names of the roles.
        theirs = Membership.filter(room_id=self.room_id, user_id=user_id).using_db(connection)
        await theirs.update(role=role)
        if user_id != self.actor_id:
            room = await Room.get(id=self.room_id, using_db=connection)
            kind = OWNER_APPOINTED if role == OWNER else OWNER_REPLACED
            await ModerationNotice.tell(
                user_id, kind, connection, room_name=room.name, reason=self.reason
            )
        return await record(self.room_id, role, self.actor_id, user_id, connection)


async def delete_room(room_id: int, actor_id: int, reason: str) -> None:
    """Delete a room with everything in it. Whoever is in it is told.

    Raises:
        Refusal: not_found, not_admin.
    """

    async def work(connection: BaseDBAsyncClient) -> None:
        await _lock(actor_id, room_id, connection)
        room = await Room.get_or_none(id=room_id, kind=Room.ROOM, using_db=connection)
        if room is None:
            raise Refusal("not_found")
        await ModerationNotice.tell_of_deletion(room, actor_id, connection, reason, ROOM_DELETED)
        await room.delete(using_db=connection)
        await record_act(connection, "room_deleted", actor_id, room_id=room_id, reason=reason)

    await atomically(work)


async def _lock(actor_id: int, room_id: int, connection: BaseDBAsyncClient) -> None:
    # People before rooms: see lock_users.
    await lock_users({actor_id}, connection)
    await check_administrator(actor_id, connection)
    await Room.lock([room_id], connection)
