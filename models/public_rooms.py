"""Public rooms: made so by their owners, and joined by whoever has found them."""

from dataclasses import dataclass

from tortoise.backends.base.client import BaseDBAsyncClient

from errors import Refusal
from models.admission import add_member, check_place
from models.audit_entry import record_act
from models.database import atomically
from models.invitation import Departure
from models.membership import Membership
from models.room import Room
from models.room_change import StoredChange
from models.room_commands import check_owner
from models.user import User


async def set_listing(actor: Membership, visibility: str | None, topic: str | None) -> Room:
    """Say whether this owner's room is public, and what it is about; both have been checked, and
    what is None stays. Returns the room as it is now.

    Raises:
        Refusal: not_owner, for who is none any more.
    """
    room_id, by = actor.room_id, actor.user_id

    async def work(connection: BaseDBAsyncClient) -> Room:
        await Room.lock([room_id], connection)
        await check_owner(actor, connection)
        room = await Room.get(id=room_id, using_db=connection)
        if visibility not in (None, room.visibility):
            room.visibility = visibility or Room.PRIVATE
            public = room.visibility == Room.PUBLIC
            action = "room_made_public" if public else "room_made_private"
            await record_act(connection, action, by, room_id=room_id)
        room.topic = room.topic if topic is None else topic
        await room.save(update_fields=["visibility", "topic"], using_db=connection)
        return room

    return await atomically(work)


@dataclass(frozen=True, slots=True)
class JoinPublic:
    """Let somebody into a public room, which then has at most `most` members. Its result is whether
    they have come in now; False: they are in it already.
    """

    room_id: int
    user: User
    most: int

    async def store(self, connection: BaseDBAsyncClient) -> tuple[bool, list[StoredChange]]:
        """See realtime.waiting_commands.Command.

        Raises:
            Refusal: not_a_member, for rooms that are not public, or are no more, as well;
                room_banned, room_banned_until, too_many_members, removed_by_owner.
        """
        room_id, user = self.room_id, self.user
        await Room.lock([room_id], connection)
        here = Membership.filter(room_id=room_id, user_id=user.id).using_db(connection)
        if await here.exists():
            return False, []
        if not await is_public(room_id, connection):
            raise Refusal("not_a_member")
        await check_place(room_id, user, self.most, connection)
        if await Departure.of(room_id, user.id, connection) == Departure.REMOVED:
            raise Refusal("removed_by_owner", username=user.username)
        return True, [await add_member(room_id, user.id, None, connection)]


async def is_public(room_id: int, connection: BaseDBAsyncClient | None = None) -> bool:
    """Whether everybody may find the room and join it."""
    found = Room.filter(
        id=room_id, kind=Room.ROOM, visibility=Room.PUBLIC, archived_at__isnull=True
    )
    return await (found.using_db(connection) if connection else found).exists()
