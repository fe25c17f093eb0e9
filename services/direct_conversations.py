"""Conversations of two: opened, and wanted by the other one or not."""

import structlog
from msgspec import UNSET

from models import Membership, Refusal
from models.database import shielded
from models.direct_conversations import (
    accept,
    conversation_of,
    decline,
    open_conversation,
)
from models.queries.private_members import private_members
from protocol.server_frames import MessagesRead, encode
from realtime.hub import Hub
from realtime.lobby.lobby import Lobby
from services.actor import Actor
from services.guards import require_user
from services.presence import Presence
from services.rate_limits import RateLimits

log = structlog.get_logger(__name__)


class DirectConversations:
    """All rooms that two people have to themselves."""

    def __init__(
        self, hub: Hub, lobby: Lobby, presence: Presence, limits: RateLimits, rooms_max: int
    ) -> None:
        self._hub = hub
        self._lobby = lobby
        self._presence = presence
        self._limits = limits
        self._rooms_max = rooms_max

    @shielded
    async def open(self, actor: Actor, username: str) -> int:
        """The id of the room that the actor and this other person have to themselves, which is made
        when it is first asked for. Who is a stranger to the other one begins a request by that; who
        asks for what the other one has begun accepts it.

        Raises:
            Refusal: unknown_user, only_yourself, blocked, unblock_first, too_many_rooms,
                rate_limited.
        """
        other = await require_user(username)
        if other.id == actor.user_id:
            raise Refusal("only_yourself")
        if not await conversation_of(actor.user_id, other.id):
            self._limits.direct_conversations.check(actor.user_id)
        # Not of the other one: strangers could fill their places, and lock them out of rooms.
        opened = await open_conversation(actor.user, other, self._rooms_max)
        room_id = opened.room_id
        if opened.is_new:
            # Of a request the other one hears with its first message.
            informed = [actor.user_id] if opened.is_request else [actor.user_id, other.id]
            self._lobby.joined(informed, room_id)
            log.info("conversation_opened", user=actor.user_id, room=room_id, member=other.id)
        if opened.is_accepted:
            await self.announce_accepted(room_id, actor.user_id)
        return room_id

    @shielded
    async def accept(self, member: Membership) -> None:
        """The other one may know of this member what members of a room know of each other."""
        if member.room.is_direct and await accept(member.room_id, member.user_id):
            await self.announce_accepted(member.room_id, member.user_id)

    @shielded
    async def decline(self, member: Membership) -> None:
        """Take a request out of this member's list. Nobody is told.

        Raises:
            Refusal: forbidden, for what was accepted before, and for a room.
        """
        if not member.room.is_direct:
            raise Refusal("forbidden")
        if not await decline(member):
            return
        await self._hub.consent_changed(member.room_id)
        self._lobby.changed(member.room_id, [member.user_id])
        log.info("request_declined", user=member.user_id, room=member.room_id)

    async def announce_begun(self, room_id: int, author_id: int) -> None:
        """The first thing was said in a conversation: now a request is in the other one's list."""
        ids = {person.id for person in await Membership.people(room_id)}
        self._lobby.changed(room_id, ids - {author_id})

    async def announce_accepted(self, room_id: int, user_id: int) -> None:
        """Somebody has accepted, or answered: now the other one learns what was kept from them."""
        await self._hub.consent_changed(room_id)
        if user_id in await private_members(room_id):
            # They have blocked the other one: it is no moment to tell that they are there.
            self._lobby.changed(room_id, [user_id])
            return
        await self._presence.announce_in_direct(room_id, [user_id])
        member = await Membership.of(user_id, room_id)
        username, display_name = member.user.username, member.user.display_name
        read = MessagesRead(
            room_id, user_id, username, member.shown_to_others, display_name or UNSET
        )
        self._hub.send_ephemeral([room_id], f"read:{user_id}", encode(read), except_user=user_id)
        self._lobby.changed(room_id)
        log.info("request_accepted", user=user_id, room=room_id)
