"""Who is in a room: let in, removed, made an owner."""

import structlog

from models import Membership, Refusal, User
from models.admission import Join, Leave, withdraw_invitation
from models.database import shielded
from models.membership import ID_MAX
from models.room_commands import SetRole
from realtime.journal import Journal
from realtime.lobby.lobby import Lobby
from services.administration import checked_reason
from services.guards import require_member, require_user
from services.policy import Right, require
from services.presence import Presence
from services.rate_limits import RateLimits

log = structlog.get_logger(__name__)


class Members:
    """The members of all rooms."""

    def __init__(
        self,
        journal: Journal,
        lobby: Lobby,
        presence: Presence,
        limits: RateLimits,
        members_max: int,
    ) -> None:
        self._journal = journal
        self._lobby = lobby
        self._presence = presence
        self._limits = limits
        self._members_max = members_max

    @shielded
    async def add(self, member: Membership, username: str) -> tuple[User, bool]:
        """A member lets somebody in. Returns them, and whether they are in: whoever has left by
        themselves is invited instead, and decides.

        Raises:
            Refusal: unknown_user, already_a_member, too_many_members, forbidden, blocked,
                removed_by_owner, already_invited, invitation_declined, too_many_invitations,
                rate_limited.
        """
        user = await require_user(username)
        self._limits.additions.check(member.user_id)
        self._limits.additions_of_one.check((member.user_id, member.room_id, user.id))
        is_in = await self._journal.run(Join(member, user, self._members_max))
        event = "member_added" if is_in else "member_invited"
        log.info(event, user=member.user_id, room=member.room_id, member=user.id)
        if is_in:
            await self._presence.announce_new_member(member.room_id, user)
        else:
            self._lobby.changed(member.room_id, [user.id])
        return user, is_in

    @shielded
    async def remove(self, member: Membership, user_id: int, reason: str = "") -> None:
        """Owners remove, anybody leaves; nobody leaves a conversation of two. The sockets concerned
        are closed, on every process. Of somebody who is only invited the invitation is withdrawn.
        Whoever is removed is told the reason, where there is one.

        Raises:
            Refusal: forbidden, not_owner, not_found, bad_field, rate_limited.
        """
        self._limits.changes.check(member.user_id)
        reason = checked_reason(reason)
        if member.room.is_direct:
            raise Refusal("forbidden")
        room_id = member.room_id
        if 0 < user_id <= ID_MAX and await withdraw_invitation(member, user_id):
            self._lobby.changed(room_id, [user_id])
            log.info("invitation_withdrawn", user=member.user_id, room=room_id, member=user_id)
            return
        if user_id != member.user_id:
            require(Right.REMOVE_MEMBER, member)
        target = await require_member(room_id, user_id)
        uninvited = await self._journal.run(Leave(target, member.user_id, reason))
        if uninvited:
            self._lobby.changed(room_id, uninvited)
        log.info("member_removed", user=member.user_id, room=room_id, member=user_id)

    @shielded
    async def set_role(self, owner: Membership, user_id: int, role: str) -> None:
        """An owner makes somebody an owner, or a mere member; there is always an owner.

        Raises:
            Refusal: forbidden, not_owner, not_found, last_owner, rate_limited.
        """
        require(Right.SET_ROLE, owner)
        self._limits.changes.check(owner.user_id)
        member = await require_member(owner.room_id, user_id)
        await self._journal.run(SetRole(owner, member.user_id, role))
        log.info("role_set", user=owner.user_id, room=owner.room_id, member=user_id, role=role)
