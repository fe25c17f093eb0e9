"""New rooms, and the people that they begin with."""

from tortoise.backends.base.client import BaseDBAsyncClient

from cooperative import in_slices
from errors import Refusal
from models.audit_entry import record_act
from models.block import Block
from models.database import atomically
from models.decline import Decline
from models.locks import lock_users
from models.membership import Membership
from models.names import username_key
from models.room import Listing, Room
from models.sql.values import padded
from models.user import User

CHUNK = 500  # Names in one query.
PRIVATE = Listing()


async def users_named(usernames: list[str], most: int) -> list[User]:
    """The people with these names, each once, in that order.

    Raises:
        Refusal: too_many_members, for more than `most` different names; unknown_user.
    """
    names: dict[str, str] = {}
    # To normalize a name may take 60 µs, and a body has thousands.
    async for name in in_slices(dict.fromkeys(usernames)):
        names[username_key(name)] = name
        if len(names) > most:
            raise Refusal("too_many_members", limit=most)
    keys = [key for key in names if len(key) <= User.KEY_MAX and "\x00" not in key]
    found: dict[str, User] = {}
    for start in range(0, len(keys), CHUNK):
        users = await User.filter(username_key__in=padded(keys[start : start + CHUNK]))
        found |= {user.username_key: user for user in users}
    for key, name in names.items():
        if key not in found:
            raise Refusal("unknown_user", username=name[: User.USERNAME_MAX])
    return [found[key] for key in names]


async def make_room(
    name: str, maker: User, others: list[User], most: int, listing: Listing = PRIVATE
) -> Room:
    """Store a new room with its people; its maker owns it, and has `most` rooms at most.

    Raises:
        Refusal: bad_room_name, too_many_rooms; blocked, by one of the others; invitation_declined.
    """
    name = Room.checked_name(name)
    people = {user.id: user for user in others if user.id != maker.id}

    async def work(connection: BaseDBAsyncClient) -> Room:
        await lock_users({maker.id}, connection)
        await Room.check_made(maker, Room.ROOM, most, connection)
        for user_id in await Block.blockers(list(people), maker.id, connection):
            raise Refusal("blocked", username=people[user_id].username)
        await Decline.check(list(people.values()), maker.id, connection)
        room = await Membership.store_room(name, maker.id, set(people), listing, connection)
        if room.visibility == Room.PUBLIC:
            await record_act(connection, "room_made_public", maker.id, room_id=room.id)
        return room

    return await atomically(work)
