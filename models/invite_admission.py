"""Coming by a link: into a room, to the server, or both at once."""

from dataclasses import dataclass

from tortoise.backends.base.client import BaseDBAsyncClient

from errors import Refusal
from models.admission import add_member, check_place
from models.database import fetch
from models.invitation import Departure
from models.invite_link import InviteLink, count_use
from models.membership import Membership
from models.oidc_accounts import store_identity
from models.passkey import Passkey
from models.queries.invite_links import LinkRow, LinkState, find_link
from models.room import Room
from models.room_change import LEFT, StoredChange, record
from models.second_factors import store_first_passkey
from models.user import User

REFUSALS = {
    LinkState.USED_UP: "invite_used_up",
    LinkState.EXPIRED: "invite_expired",
    LinkState.REVOKED: "invite_revoked",
}


@dataclass(frozen=True, slots=True)
class ComeByLink:
    """Let somebody who has an account into the room of this link, which then has at most `most`
    members. Nothing is used up by who is in it already.
    """

    token_digest: str
    room_id: int
    user: User
    most: int

    async def store(self, connection: BaseDBAsyncClient) -> tuple[bool, list[StoredChange]]:
        """See realtime.waiting_commands.Command. The result is whether they have come in now.

        Raises:
            Refusal: not_found; invite_used_up, invite_expired, invite_revoked; too_many_members,
                removed_by_owner.
        """
        await Room.lock([self.room_id], connection)
        here = Membership.filter(room_id=self.room_id, user_id=self.user.id)
        if await here.using_db(connection).exists():
            return False, []
        link = await good_link(self.token_digest, connection)
        return True, await _come(link, self.user, self.most, connection)


@dataclass(frozen=True, slots=True)
class RegisterByLink:
    """Store a new account, and let it into the link's room, if it has one. Where `needs_approval`,
    an administrator has yet to let in whoever is invited by somebody who may not bring people to
    the server.
    """

    username: str
    password_hash: str
    token_digest: str
    room_id: int | None
    most: int
    needs_approval: bool
    # Issuer and subject, by which they log in in the place of a password.
    identity: tuple[str, str] | None = None
    # The same: what they log in with.
    passkey: Passkey | None = None

    async def store(self, connection: BaseDBAsyncClient) -> tuple[User, list[StoredChange]]:
        """See realtime.waiting_commands.Command.

        Raises:
            IntegrityError: the name is taken, or the identity or the passkey is somebody's.
            Refusal: not_found; invite_used_up, invite_expired, invite_revoked; too_many_members.
        """
        if self.room_id is not None:
            await Room.lock([self.room_id], connection)
        user = await User.add(self.username, self.password_hash, connection)
        if self.identity:
            await store_identity(user, *self.identity, connection)
        if self.passkey:
            await store_first_passkey(user, self.passkey, connection)
        link = await good_link(self.token_digest, connection)
        if self.needs_approval and not link.invites_to_server:
            user.state = User.WAITING
            await user.save(update_fields=["state"], using_db=connection)
        return user, await _come(link, user, self.most, connection)


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Undo what RegisterByLink has done for this account."""

    user: User
    link_id: int
    room_id: int | None

    async def store(self, connection: BaseDBAsyncClient) -> tuple[None, list[StoredChange]]:
        """See realtime.waiting_commands.Command."""
        changes = [] if self.room_id is None else await self._take_out(self.room_id, connection)
        await fetch(_GIVE_BACK, self.link_id, connection=connection)
        await self.user.delete(using_db=connection)
        return None, changes

    async def _take_out(self, room_id: int, connection: BaseDBAsyncClient) -> list[StoredChange]:
        await Room.lock([room_id], connection)
        member = await Membership.get_or_none(
            room_id=room_id, user_id=self.user.id, using_db=connection
        )
        if member is None:
            return []
        await member.delete(using_db=connection)
        who = self.user.id
        return [await record(room_id, LEFT, who, who, connection, member.id)]


async def good_link(token_digest: str, connection: BaseDBAsyncClient | None = None) -> LinkRow:
    """The link with this token, by which people can come at this moment.

    Raises:
        Refusal: not_found; invite_used_up, invite_expired, invite_revoked.
    """
    link = await find_link(token_digest, connection)
    if link is None:
        raise Refusal("not_found")
    if link.state in REFUSALS:
        raise Refusal(REFUSALS[link.state])
    return link


async def _come(
    link: LinkRow, user: User, most: int, connection: BaseDBAsyncClient
) -> list[StoredChange]:
    changes = []
    if link.room_id is not None:
        await check_place(link.room_id, user, most, connection)
        await _check_not_removed(link, user, connection)
        changes.append(await add_member(link.room_id, user.id, link.maker.id, connection))
    if not await count_use(link.id, user.id, link.room_id, connection):
        # Read again: of those who came at once others were first.
        now = await InviteLink.get(id=link.id, using_db=connection)
        revoked = now.revoked_at is not None
        raise Refusal("invite_revoked" if revoked else "invite_used_up")
    return changes


async def _check_not_removed(link: LinkRow, user: User, connection: BaseDBAsyncClient) -> None:
    """Whom an owner has removed comes back by what an owner has made since, and by nothing else."""
    left = await Departure.get_or_none(room_id=link.room_id, user_id=user.id, using_db=connection)
    if left and left.how == Departure.REMOVED and left.at >= link.created_at:
        raise Refusal("removed_by_owner", username=user.username)


_GIVE_BACK = "UPDATE invite_link SET uses = uses - 1 WHERE id = $1 AND uses > 0 RETURNING id"
