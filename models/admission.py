"""Into a room and out of it: who may bring whom in, and who decides whether somebody comes back."""

from dataclasses import dataclass

from msgspec.structs import replace
from tortoise.backends.base.client import BaseDBAsyncClient

from errors import Refusal
from models.audit_entry import record_act
from models.block import Block
from models.database import atomically, fetch
from models.decline import Decline
from models.invitation import Departure, Invitation, LeftAt
from models.join_request import JoinRequest
from models.locks import lock_users
from models.membership import Membership
from models.moderation_notice import MEMBER_REMOVED, ModerationNotice
from models.room import Room
from models.room_ban import RoomBan
from models.room_change import JOINED, LEFT, OWNER, StoredChange, record
from models.user import User


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
                invitation_declined, too_many_invitations, member_banned.
        """
        actor, user = self.actor, self.user
        if actor.room.is_direct:
            raise Refusal("forbidden")
        # Whoever is being removed at this moment brings nobody in, and not himself again.
        await lock_users({actor.user_id}, connection)
        await Room.lock([actor.room_id], connection)
        role = await _role(actor, connection)
        if await RoomBan.lasting(actor.room_id, user.id).using_db(connection).exists():
            raise Refusal("member_banned", username=user.username)
        await check_place(actor.room_id, user, self.most, connection)
        if await Block.blockers([user.id], actor.user_id, connection):
            raise Refusal("blocked", username=user.username)
        how = await Departure.of(actor.room_id, user.id, connection)
        if how == Departure.REMOVED and role != Membership.OWNER:
            raise Refusal("removed_by_owner", username=user.username)
        if how:
            await Invitation.make(actor.room_id, user, actor.user_id, connection)
            return False, []
        await Decline.check([user], actor.user_id, connection)
        return True, [await add_member(actor.room_id, user.id, actor.user_id, connection)]


@dataclass(frozen=True, slots=True)
class AcceptInvitation:
    """Come into a room by an invitation. Its result is False when there is none."""

    room_id: int
    user: User
    most: int

    async def store(self, connection: BaseDBAsyncClient) -> tuple[bool, list[StoredChange]]:
        """See realtime.waiting_commands.Command.

        Raises:
            Refusal: too_many_members, room_banned, room_banned_until.
        """
        await Room.lock([self.room_id], connection)
        mine = Invitation.filter(
            room_id=self.room_id, user_id=self.user.id, declined_at__isnull=True
        )
        if not await mine.using_db(connection).exists():
            return False, []
        await check_place(self.room_id, self.user, self.most, connection)
        return True, [await add_member(self.room_id, self.user.id, None, connection)]


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
    nobody could ever enter it. Whoever is removed is told so, and the `reason`, if there is one.
    Its result are those whose invitations, made by this user, have gone too.
    """

    member: Membership
    by_id: int
    reason: str = ""

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
        left = await end_membership(member, self.by_id, connection)
        if self.by_id != member.user_id:
            await self._log_removal(connection)
        return left

    async def _log_removal(self, connection: BaseDBAsyncClient) -> None:
        user_id, room_id = self.member.user_id, self.member.room_id
        await record_act(
            connection,
            "member_removed",
            self.by_id,
            user_id=user_id,
            room_id=room_id,
            reason=self.reason,
        )
        room = await Room.get(id=room_id, using_db=connection)
        await ModerationNotice.tell(
            user_id, MEMBER_REMOVED, connection, room_name=room.name, reason=self.reason
        )


async def end_membership(
    member: Membership, by_id: int, connection: BaseDBAsyncClient, *, is_ban: bool = False
) -> tuple[list[int], list[StoredChange]]:
    """Take somebody out of the room, by themselves or by an owner; under its lock. Returns whose
    invitations have gone with it, and the changes.

    Raises:
        Refusal: not_found.
    """
    room_id = member.room_id
    ended = await fetch(_LEAVE, member.id, connection=connection)
    if not ended:
        raise Refusal("not_found")
    how = Departure.LEFT if by_id == member.user_id else Departure.REMOVED
    await Departure.record(LeftAt(*ended[0]), member.user_id, how, connection)
    theirs = {"room_id": room_id, "by_id": member.user_id}
    uninvited = [user_id for _, user_id in await Invitation.withdraw(connection, **theirs)]
    left = await record(room_id, LEFT, by_id, member.user_id, connection, member.id)
    changes = [replace(left, is_ban=is_ban), *await _new_owner(room_id, by_id, connection)]
    return uninvited, changes


async def _new_owner(room_id: int, by_id: int, connection: BaseDBAsyncClient) -> list[StoredChange]:
    left = Membership.filter(room_id=room_id).using_db(connection)
    if await left.filter(role=Membership.OWNER).exists():
        return []
    oldest = left.order_by("joined_at", "id")
    # Somebody who cannot log in would leave the room without anybody to lead it.
    if new_owner := await oldest.filter(user__state="").first() or await oldest.first():
        await left.filter(id=new_owner.id).update(role=Membership.OWNER)
        return [await record(room_id, OWNER, by_id, new_owner.user_id, connection)]
    await Room.filter(id=room_id).using_db(connection).delete()
    return []


async def _role(actor: Membership, connection: BaseDBAsyncClient) -> str:
    now = await Membership.get_or_none(id=actor.id, using_db=connection)
    if now is None:
        raise Refusal("not_a_member")
    return str(now.role)


async def check_place(room_id: int, user: User, most: int, connection: BaseDBAsyncClient) -> None:
    """Whether somebody could be let into the room; under its lock.

    Raises:
        Refusal: room_banned, room_banned_until, already_a_member, too_many_members.
    """
    await RoomBan.check(room_id, user.id, connection)
    members = Membership.filter(room_id=room_id).using_db(connection)
    if await members.filter(user_id=user.id).exists():
        raise Refusal("already_a_member", username=user.username)
    if await members.count() >= most:
        raise Refusal("too_many_members", limit=most)


async def add_member(
    room_id: int, user_id: int, brought_by: int | None, connection: BaseDBAsyncClient
) -> StoredChange:
    """Let somebody in, who may be, and is not; under the room's lock: between what they see and
    what they do not no message is given a number.
    """
    left = {"room_id": room_id, "user_id": user_id}
    came_from = await Departure.end(room_id, user_id, connection)
    await Invitation.filter(**left).using_db(connection).delete()
    await JoinRequest.filter(**left).using_db(connection).delete()
    standing = {**came_from._asdict(), **await _bound(came_from, connection)}
    standing |= {"user_id": user_id, "brought_by_id": brought_by}
    await Membership.create(**standing, using_db=connection)
    return await record(room_id, JOINED, brought_by or user_id, user_id, connection)


async def _bound(came_from: LeftAt, connection: BaseDBAsyncClient) -> dict[str, int]:
    """From which message on they see the room; what they do not see is nothing unread. Whoever was
    away has missed what was said meanwhile as a newcomer has.
    """
    room = await Room.get(id=came_from.room_id, using_db=connection)
    if room.newcomers_see != Room.FROM_JOINING:
        return {}
    return {
        "from_number": room.revision + 1,
        "last_read": room.revision,
        "seen_change": room.change,
    }


_LEAVE = "DELETE FROM membership WHERE id = $1 RETURNING room_id, last_read, seen_change"
