"""Direct conversations: the room that two people have, once and for the two of them alone.

Whom a stranger writes to has a request: they see it with its first message, and what they do there
is told to nobody until they accept it. Whoever answers, or opens the conversation themselves,
accepts it.
"""

from dataclasses import dataclass

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError

from errors import Refusal
from models.block import Block
from models.database import atomically, fetch
from models.locks import lock_users
from models.membership import Membership
from models.room import Room, key_of
from models.sql.fast_path import look_up
from models.user import User


@dataclass(frozen=True, slots=True)
class Opened:
    """A conversation that somebody has asked for: whether it was made by that, and is a request to
    the other one; and whether they have accepted by it what the other one had begun.
    """

    room_id: int
    is_new: bool = False
    is_request: bool = False
    is_accepted: bool = False


async def conversation_of(user_id: int, other_id: int) -> int | None:
    """The id of the room of these two, if it has been made."""
    rows = await look_up("SELECT id FROM room WHERE direct_key = $1", key_of(user_id, other_id))
    return rows[0][0] if rows else None


async def conversations_of(user_id: int) -> list[int]:
    """The ids of all direct conversations of this user."""
    mine = Membership.filter(user_id=user_id, room__kind=Room.DIRECT)
    return [row["room_id"] for row in await mine.values("room_id")]


async def open_conversation(user: User, other: User, most: int) -> Opened:
    """The room of these two, which is made by whoever asks first, once, however many ask at a time;
    one person makes `most` of them.

    Raises:
        Refusal: blocked, unblock_first (for a new one), too_many_rooms.
    """
    rows = await look_up(_OPEN_ALREADY, key_of(user.id, other.id), user.id)
    if rows:
        return Opened(rows[0][0])
    try:
        return await _open(user, other, most)
    except IntegrityError:  # The other one has made it at this moment.
        return await _open(user, other, most)


async def _open(user: User, other: User, most: int) -> Opened:
    async def work(connection: BaseDBAsyncClient) -> Opened:
        # The other one blocks nobody meanwhile who is locked here: Block.add locks both.
        await lock_users({user.id}, connection)
        if await Block.blockers([other.id], user.id, connection):
            raise Refusal("blocked", username=other.username)
        key = key_of(user.id, other.id)
        if known := await Room.get_or_none(direct_key=key, using_db=connection):
            return Opened(known.id, is_accepted=await _accept(known.id, user.id, connection))
        if await Block.blockers([user.id], other.id, connection):
            raise Refusal("unblock_first")
        await Room.check_made(user, Room.DIRECT, most, connection)
        return await _made(user.id, other.id, connection)

    return await atomically(work)


async def _made(user_id: int, other_id: int, connection: BaseDBAsyncClient) -> Opened:
    # The name is empty: each of them sees the other's.
    room = await Room.create(
        name="",
        kind=Room.DIRECT,
        direct_key=key_of(user_id, other_id),
        maker_id=user_id,
        using_db=connection,
    )
    is_known = bool(await fetch(_KNOWN, user_id, other_id, connection=connection))
    request = Membership.ACCEPTED if is_known else Membership.PENDING
    both = [
        Membership(room_id=room.id, user_id=user_id),
        Membership(room_id=room.id, user_id=other_id, request=request),
    ]
    await Membership.bulk_create(both, using_db=connection)
    return Opened(room.id, is_new=True, is_request=not is_known)


async def accept(room_id: int, user_id: int) -> bool:
    """Accept a conversation that a stranger has begun. False: it was accepted before."""

    async def work(connection: BaseDBAsyncClient) -> bool:
        await Room.lock([room_id], connection)
        return await _accept(room_id, user_id, connection)

    return await atomically(work)


async def decline(member: Membership) -> bool:
    """Take a request out of one's list, for good: what is said in it later does not bring it back.
    False: it was declined before.

    Raises:
        Refusal: forbidden, for a conversation that was accepted.
    """
    if await fetch(_DECLINE, member.id):
        return True
    if not await Membership.exists(id=member.id, request=Membership.DECLINED):
        raise Refusal("forbidden")
    return False


async def visible_rooms(user_id: int) -> list[int]:
    """The rooms of a user in which it may be told whether they are there."""
    return [room_id for (room_id,) in await fetch(_VISIBLE, user_id)]


async def _accept(room_id: int, user_id: int, connection: BaseDBAsyncClient) -> bool:
    return bool(await fetch(_ACCEPT, room_id, user_id, connection=connection))


# Whether $1 is no stranger to $2: they share a room that $2 is in by their own will, or into which
# $2 has let $1. A room into which somebody was brought is their own will once they have said
# something there, but never against the one who brought them: a stranger could make such a room, or
# have it made, to be a stranger no more.
_KNOWN = """
SELECT 1 AS known FROM membership AS mine
JOIN membership AS theirs ON theirs.room_id = mine.room_id AND theirs.user_id = $2
JOIN room ON room.id = mine.room_id
WHERE mine.user_id = $1 AND room.kind = 'room'
  AND (theirs.brought_by_id IS NULL OR mine.brought_by_id = $2
       OR (theirs.brought_by_id <> $1 AND EXISTS (
            SELECT 1 FROM message WHERE message.room_id = room.id AND message.author_id = $2)))
LIMIT 1
"""

# Nothing is to be changed about it, so nothing is to be locked.
_OPEN_ALREADY = """
SELECT room.id FROM room
JOIN membership AS mine ON mine.room_id = room.id AND mine.user_id = $2
JOIN membership AS other ON other.room_id = room.id AND other.user_id <> $2
WHERE room.direct_key = $1 AND mine.request = '' AND NOT other.is_blocked
"""

_ACCEPT = """
UPDATE membership SET request = '' WHERE room_id = $1 AND user_id = $2 AND request <> ''
RETURNING id
"""

_DECLINE = """
UPDATE membership SET request = 'declined' WHERE id = $1 AND request = 'pending' RETURNING id
"""

# The CASE keeps the members of all other rooms from being looked through.
_VISIBLE = """
SELECT membership.room_id FROM membership JOIN room ON room.id = membership.room_id
LEFT JOIN membership AS other
       ON other.room_id = CASE WHEN room.kind = 'direct' THEN room.id END
      AND other.user_id <> membership.user_id
WHERE membership.user_id = $1 AND membership.request = ''
  AND NOT membership.is_blocked AND NOT COALESCE(other.is_blocked, FALSE)
"""
