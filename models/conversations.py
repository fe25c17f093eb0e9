"""Direct conversations: the room that two people have, once and for the two of them alone."""

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError

from models.database import atomically
from models.direct import look_up
from models.membership import Membership
from models.room import Room


async def conversation_of(user_id: int, other_id: int) -> int | None:
    """The id of the room of these two, if it has been made."""
    rows = await look_up("SELECT id FROM room WHERE direct_key = $1", key_of(user_id, other_id))
    return rows[0][0] if rows else None


async def conversations_of(user_id: int) -> list[int]:
    """The ids of all direct conversations of this user."""
    mine = Membership.filter(user_id=user_id, room__kind=Room.DIRECT)
    return [row["room_id"] for row in await mine.values("room_id")]


async def found_conversation(user_id: int, other_id: int) -> tuple[int, bool]:
    """Make the room of these two. Returns its id, and whether it is new: whoever asks first and
    however many at a time, it is made once.
    """
    try:
        return await _made(user_id, other_id), True
    except IntegrityError:
        if known := await conversation_of(user_id, other_id):
            return known, False
        raise


async def _made(user_id: int, other_id: int) -> int:
    async def work(connection: BaseDBAsyncClient) -> int:
        # The name is empty: each of them sees the other's.
        room = await Room.create(
            name="",
            kind=Room.DIRECT,
            direct_key=key_of(user_id, other_id),
            using_db=connection,
        )
        both = [Membership(room_id=room.id, user_id=each) for each in (user_id, other_id)]
        await Membership.bulk_create(both, using_db=connection)
        return int(room.id)

    return await atomically(work)


def key_of(user_id: int, other_id: int) -> str:
    """The `direct_key` of their room."""
    return f"{min(user_id, other_id)}:{max(user_id, other_id)}"
