"""What owners change of a room: its name, and who else is an owner."""

from dataclasses import dataclass

from tortoise.backends.base.client import BaseDBAsyncClient

from errors import Refusal
from models.audit_entry import record_act
from models.database import atomically
from models.membership import Membership
from models.moderation_notice import ModerationNotice
from models.room import Room
from models.room_change import RENAMED, StoredChange, record


@dataclass(frozen=True, slots=True)
class Rename:
    """Give the room of this owner a name, which has been checked. The same name changes nothing."""

    actor: Membership
    name: str

    async def store(self, connection: BaseDBAsyncClient) -> tuple[None, list[StoredChange]]:
        """See realtime.waiting_commands.Command.

        Raises:
            Refusal: not_owner, for who is none any more.
        """
        room_id = self.actor.room_id
        await Room.lock([room_id], connection)
        await check_owner(self.actor, connection)
        room = Room.filter(id=room_id).using_db(connection)
        if not await room.exclude(name=self.name).update(name=self.name):
            return None, []
        await record_act(connection, "room_renamed", self.actor.user_id, room_id=room_id)
        return None, [await record(room_id, RENAMED, self.actor.user_id, None, connection)]


@dataclass(frozen=True, slots=True)
class SetRole:
    """Give a member of this owner's room a role. The role that they have changes nothing."""

    actor: Membership
    user_id: int
    role: str

    async def store(self, connection: BaseDBAsyncClient) -> tuple[None, list[StoredChange]]:
        """See realtime.waiting_commands.Command.

        Raises:
            Refusal: not_owner, not_found, last_owner.
        """
        room_id, user_id = self.actor.room_id, self.user_id
        await Room.lock([room_id], connection)
        # Whoever is being made a mere member at this moment appoints nobody.
        await check_owner(self.actor, connection)
        members = Membership.filter(room_id=room_id).using_db(connection)
        others = members.filter(role=Membership.OWNER).exclude(user_id=user_id)
        if self.role != Membership.OWNER and not await others.exists():
            raise Refusal("last_owner")
        member = await members.get_or_none(user_id=user_id)
        if member is None:
            raise Refusal("not_found")
        if member.role == self.role:
            return None, []
        await members.filter(user_id=user_id).update(role=self.role)
        action = "owner_made" if self.role == Membership.OWNER else "owner_unmade"
        await record_act(connection, action, self.actor.user_id, user_id=user_id, room_id=room_id)
        # The kinds of these changes are the names of the roles.
        return None, [await record(room_id, self.role, self.actor.user_id, user_id, connection)]


async def delete_room(actor: Membership) -> None:
    """Delete the room of this owner, with everything in it. Whoever else is in it is told.

    Raises:
        Refusal: not_owner, for who is none any more.
    """
    room_id = actor.room_id

    async def work(connection: BaseDBAsyncClient) -> None:
        await Room.lock([room_id], connection)
        await check_owner(actor, connection)
        await ModerationNotice.tell_of_deletion(actor.room, actor.user_id, connection)
        await Room.filter(id=room_id).using_db(connection).delete()
        await record_act(connection, "room_deleted", actor.user_id, room_id=room_id)

    await atomically(work)


async def check_owner(actor: Membership, connection: BaseDBAsyncClient) -> None:
    """Whether they still are an owner, under the room's lock. Raises Refusal: not_owner."""
    owners = Membership.filter(room_id=actor.room_id, role=Membership.OWNER)
    if not await owners.filter(user_id=actor.user_id).using_db(connection).exists():
        raise Refusal("not_owner")


async def check_may_write(member: Membership, connection: BaseDBAsyncClient) -> None:
    """Whether they may write in the room as it is now: a connection has read its member long ago.

    Raises:
        Refusal: not_a_member, room_archived, owners_only.
    """
    found = Membership.filter(room_id=member.room_id, user_id=member.user_id)
    now = await found.using_db(connection).first().select_related("room")
    if now is None:
        raise Refusal("not_a_member")
    if now.room.is_archived:
        raise Refusal("room_archived")
    if now.room.writers == Room.OWNERS and not now.is_owner:
        raise Refusal("owners_only")
