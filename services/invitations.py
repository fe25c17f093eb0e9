"""What people are asked about rooms, and their answers."""

import structlog

from models import Invitation
from models.admission import AcceptInvitation
from models.database import shielded
from models.membership import ID_MAX
from realtime.journal import Journal
from realtime.lobby.lobby import Lobby
from services.actor import Actor
from services.direct_conversations import DirectConversations
from services.guards import membership_of
from services.presence import Presence
from services.rate_limits import RateLimits

log = structlog.get_logger(__name__)


class Invitations:
    """Invitations into rooms, and requests for direct conversations: both are answered alike."""

    def __init__(
        self,
        journal: Journal,
        lobby: Lobby,
        presence: Presence,
        direct_conversations: DirectConversations,
        limits: RateLimits,
        members_max: int,
    ) -> None:
        self._journal = journal
        self._lobby = lobby
        self._presence = presence
        self._direct_conversations = direct_conversations
        self._limits = limits
        self._members_max = members_max

    async def answer(self, actor: Actor, room_id: int, *, accepts: bool) -> None:
        """Accept or decline what the actor is asked about this room: to come into it, or to talk
        there.

        Raises:
            Refusal: not_a_member, for what they are not asked about; forbidden, too_many_members,
                rate_limited, room_banned, room_banned_until.
        """
        self._limits.changes.check(actor.user_id)
        if await (self._accept if accepts else self._decline)(actor, room_id):
            return
        member = await membership_of(actor.user_id, room_id)
        if accepts:
            await self._direct_conversations.accept(member)
        else:
            await self._direct_conversations.decline(member)

    @shielded
    async def _accept(self, actor: Actor, room_id: int) -> bool:
        """Come into a room by an invitation. False: there is none."""
        if not 0 < room_id <= ID_MAX:
            return False
        command = AcceptInvitation(room_id, actor.user, self._members_max)
        if not await self._journal.run(command):
            return False
        log.info("invitation_accepted", user=actor.user_id, room=room_id)
        await self._presence.announce_new_member(room_id, actor.user)
        return True

    @shielded
    async def _decline(self, actor: Actor, room_id: int) -> bool:
        """Decline an invitation, once or again. False: there is none."""
        if not 0 < room_id <= ID_MAX or not await Invitation.decline(room_id, actor.user_id):
            return False
        log.info("invitation_declined", user=actor.user_id, room=room_id)
        self._lobby.changed(room_id, [actor.user_id])
        return True
