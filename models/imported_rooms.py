"""Rooms with the history that they had somewhere else.

A room has no members, and is in no directory, before all of its messages are there: nobody sees
half of it, and nobody writes between them. Only a conversation of two has them at once, for it is
found by its two people.
"""

from datetime import UTC, datetime

from msgspec import Struct
from tortoise.backends.base.client import BaseDBAsyncClient

from models.block import Block
from models.database import atomically, fetch
from models.import_item import ImportItem
from models.membership import Membership
from models.room import Room, key_of


class NewRoom(Struct, frozen=True):
    """A room as it is to be. Of a direct conversation `members` are two."""

    name: str
    topic: str = ""
    is_direct: bool = False
    is_public: bool = False
    is_archived: bool = False
    members: tuple[int, ...] = ()
    owners: tuple[int, ...] = ()


async def refusal_of(room: NewRoom) -> str:
    """Why a conversation cannot be made, as a reason of the report; "" where it can."""
    if not room.is_direct:
        return ""
    one, other = room.members
    if await Room.exists(direct_key=key_of(one, other)):
        return "conversation_exists"
    if await Block.blockers([one], other) or await Block.blockers([other], one):
        return "blocked"
    return ""


async def add_room(source: str, key: str, room: NewRoom) -> ImportItem:
    """Store a new room, without a message.

    Raises:
        IntegrityError: another import, or its two people, have made it at this moment.
    """

    async def work(connection: BaseDBAsyncClient) -> ImportItem:
        made = await Room.create(
            name=room.name,
            topic=room.topic,
            kind=Room.DIRECT if room.is_direct else Room.ROOM,
            direct_key=key_of(*room.members) if room.is_direct else None,
            archived_at=datetime.now(UTC) if room.is_archived else None,
            using_db=connection,
        )
        if room.is_direct:
            await _let_in(made.id, room, connection)
        return await ImportItem.create(
            source=source,
            kind="room",
            external_key=key,
            local_id=made.id,
            is_done=room.is_direct,
            using_db=connection,
        )

    return await atomically(work)


async def finish_room(item: ImportItem, room: NewRoom) -> None:
    """Let the members in: all of it is there, and has been read by them."""

    async def work(connection: BaseDBAsyncClient) -> None:
        room_id = item.local_id
        # An administrator has deleted it meanwhile.
        if not await Room.lock([room_id], connection):
            return
        await _let_in(room_id, room, connection)
        if room.is_public:
            same = Room.filter(id=room_id).using_db(connection)
            await same.update(visibility=Room.PUBLIC)
        await ImportItem.filter(id=item.id).using_db(connection).update(is_done=True)

    await atomically(work)
    item.is_done = True


async def _let_in(room_id: int, room: NewRoom, connection: BaseDBAsyncClient) -> None:
    sql = "SELECT revision, change FROM room WHERE id = $1"
    ((revision, change),) = await fetch(sql, room_id, connection=connection)
    inside = {
        each.user_id for each in await Membership.filter(room_id=room_id).using_db(connection)
    }
    members = [
        Membership(
            room_id=room_id,
            user_id=user_id,
            role=Membership.OWNER if user_id in room.owners else Membership.MEMBER,
            last_read=revision,
            seen_change=change,
        )
        for user_id in room.members
        if user_id not in inside
    ]
    await Membership.bulk_create(members, batch_size=500, using_db=connection)
