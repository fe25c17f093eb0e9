"""Into a room and out of it: who may bring whom in, and who decides whether somebody comes back."""

from dataclasses import dataclass

from tortoise.backends.base.client import BaseDBAsyncClient

from cooperative import in_slices
from errors import Refusal
from models.block import Block
from models.database import atomically, fetch
from models.decline import Decline
from models.invitation import Departure, Invitation, LeftAt
from models.locks import lock_users
from models.membership import Membership
from models.names import username_key
from models.room import Room
from models.room_change import JOINED, LEFT, OWNER, StoredChange, record
from models.sql.values import padded
from models.user import User

CHUNK = 500  # Names in one query.


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


async def make_room(name: str, maker: User, others: list[User], most: int) -> Room:
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
        return await Membership.store_room(name, maker.id, set(people), connection)

    return await atomically(work)


@dataclass(frozen=True, slots=True)
class Join:
    """Let another user into this member's room, which then has at most `most` members. Its result
    is False when they had left it, or were removed, and have been invited instead. Were they put
    back at once, an owner could let them in and remove them for ever, and they would never get to
    leave.
    """

    actor: Membership
    user: User
    most: int

    async def store(self, connection: BaseDBAsyncClient) -> tuple[bool, list[StoredChange]]:
        """See realtime.waiting_commands.Command.

        Raises:
            Refusal: forbidden (a direct conversation is never widened), already_a_member,
                too_many_members, not_a_member, blocked, removed_by_owner, already_invited,
                invitation_declined, too_many_invitations.
        """
        actor, user = self.actor, self.user
        if actor.room.is_direct:
            raise Refusal("forbidden")
        # Whoever is being removed at this moment brings nobody in, and not himself again.
        await lock_users({actor.user_id}, connection)
        await Room.lock([actor.room_id], connection)
        role = await _role(actor, connection)
        await _check_place(actor.room_id, user, self.most, connection)
        if await Block.blockers([user.id], actor.user_id, connection):
            raise Refusal("blocked", username=user.username)
        how = await Departure.of(actor.room_id, user.id, connection)
        if how == Departure.REMOVED and role != Membership.OWNER:
            raise Refusal("removed_by_owner", username=user.username)
        if how:
            await Invitation.make(actor.room_id, user, actor.user_id, connection)
            return False, []
        await Decline.check([user], actor.user_id, connection)
        return True, [await _add(actor.room_id, user.id, actor.user_id, connection)]


@dataclass(frozen=True, slots=True)
class AcceptInvitation:
    """Come into a room by an invitation. Its result is False when there is none."""

    room_id: int
    user: User
    most: int

    async def store(self, connection: BaseDBAsyncClient) -> tuple[bool, list[StoredChange]]:
        """See realtime.waiting_commands.Command.

        Raises:
            Refusal: too_many_members.
        """
        await Room.lock([self.room_id], connection)
        mine = Invitation.filter(
            room_id=self.room_id, user_id=self.user.id, declined_at__isnull=True
        )
        if not await mine.using_db(connection).exists():
            return False, []
        await _check_place(self.room_id, self.user, self.most, connection)
        return True, [await _add(self.room_id, self.user.id, None, connection)]


async def withdraw_invitation(actor: Membership, user_id: int) -> bool:
    """Take back what nobody has answered yet: one's own invitation, as an owner anybody's. False:
    there is none.
    """

    async def work(connection: BaseDBAsyncClient) -> bool:
        await Room.lock([actor.room_id], connection)
        own = {} if actor.is_owner else {"by_id": actor.user_id}
        asked = {"room_id": actor.room_id, "user_id": user_id}
        return bool(await Invitation.withdraw(connection, **asked, **own))

    return await atomically(work)


@dataclass(frozen=True, slots=True)
class Leave:
    """Take this user out of the room: they leave, or `by_id` removes them. If it was the last
    owner, whoever has been there longest becomes one; if it was the last member, the room goes too:
    nobody could ever enter it. Its result are those whose invitations, made by this user, have gone
    too.
    """

    member: Membership
    by_id: int

    async def store(self, connection: BaseDBAsyncClient) -> tuple[list[int], list[StoredChange]]:
        """See realtime.waiting_commands.Command.

        Raises:
            Refusal: not_owner, when `by_id` is no owner any more; not_found.
        """
        member, room_id = self.member, self.member.room_id
        await Room.lock([room_id], connection)
        here = Membership.filter(room_id=room_id).using_db(connection)
        owners = here.filter(role=Membership.OWNER)
        if self.by_id != member.user_id and not await owners.filter(user_id=self.by_id).exists():
            raise Refusal("not_owner")
        ended = await fetch(_LEAVE, member.id, connection=connection)
        if not ended:
            raise Refusal("not_found")
        how = Departure.LEFT if self.by_id == member.user_id else Departure.REMOVED
        await Departure.record(LeftAt(*ended[0]), member.user_id, how, connection)
        theirs = {"room_id": room_id, "by_id": member.user_id}
        uninvited = [user_id for _, user_id in await Invitation.withdraw(connection, **theirs)]
        left = await record(room_id, LEFT, self.by_id, member.user_id, connection, member.id)
        return uninvited, [left, *await self._new_owner(connection)]

    async def _new_owner(self, connection: BaseDBAsyncClient) -> list[StoredChange]:
        room_id = self.member.room_id
        left = Membership.filter(room_id=room_id).using_db(connection)
        if await left.filter(role=Membership.OWNER).exists():
            return []
        if new_owner := await left.order_by("joined_at", "id").first():
            await left.filter(id=new_owner.id).update(role=Membership.OWNER)
            return [await record(room_id, OWNER, self.by_id, new_owner.user_id, connection)]
        await Room.filter(id=room_id).using_db(connection).delete()
        return []


async def _role(actor: Membership, connection: BaseDBAsyncClient) -> str:
    now = await Membership.get_or_none(id=actor.id, using_db=connection)
    if now is None:
        raise Refusal("not_a_member")
    return str(now.role)


async def _check_place(room_id: int, user: User, most: int, connection: BaseDBAsyncClient) -> None:
    members = Membership.filter(room_id=room_id).using_db(connection)
    if await members.filter(user_id=user.id).exists():
        raise Refusal("already_a_member", username=user.username)
    if await members.count() >= most:
        raise Refusal("too_many_members", limit=most)


async def _add(
    room_id: int, user_id: int, brought_by: int | None, connection: BaseDBAsyncClient
) -> StoredChange:
    left = {"room_id": room_id, "user_id": user_id}
    came_from = await Departure.end(room_id, user_id, connection)
    await Invitation.filter(**left).using_db(connection).delete()
    standing = {**came_from._asdict(), "user_id": user_id, "brought_by_id": brought_by}
    await Membership.create(**standing, using_db=connection)
    return await record(room_id, JOINED, brought_by or user_id, user_id, connection)


_LEAVE = "DELETE FROM membership WHERE id = $1 RETURNING room_id, last_read, seen_change"
