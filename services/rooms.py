"""Rooms: made, renamed, deleted, looked at."""

import structlog

from config import Settings
from models import Membership, Refusal, Room
from models.admission import make_room, users_named
from models.database import shielded
from models.room_commands import Rename
from protocol.views import RoomDetails
from realtime.envelope import RoomDeleted
from realtime.hub import Hub
from realtime.journal import Journal
from realtime.lobby.lobby import Lobby
from realtime.presence.tracker import PresenceTracker
from services.actor import Actor
from services.guards import require_owner
from services.rate_limits import RateLimits
from services.room_details import room_details

log = structlog.get_logger(__name__)


class Rooms:
    """All rooms."""

    def __init__(
        self,
        journal: Journal,
        hub: Hub,
        lobby: Lobby,
        tracker: PresenceTracker,
        limits: RateLimits,
        settings: Settings,
    ) -> None:
        self._journal = journal
        self._hub = hub
        self._lobby = lobby
        self._tracker = tracker
        self._limits = limits
        self._members_max = settings.max_members_per_room
        self._rooms_max = settings.max_rooms_per_user

    @shielded
    async def create(self, actor: Actor, name: str, usernames: list[str]) -> Room:
        """Make a room with these people in it. It counts against its maker alone, who owns it.

        Raises:
            Refusal: bad_room_name, unknown_user, too_many_members, too_many_rooms, blocked,
                rate_limited.
        """
        Room.checked_name(name)
        people = await users_named(usernames, self._members_max)
        others = [user for user in people if user.id != actor.user_id]
        if len(others) >= self._members_max:
            raise Refusal("too_many_members", limit=self._members_max)
        self._limits.new_rooms.check(actor.user_id)
        self._limits.additions.check(actor.user_id, len(others))
        room = await make_room(name, actor.user, others, self._rooms_max)
        self._lobby.joined({actor.user_id, *(user.id for user in others)}, room.id)
        log.info("room_created", user=actor.user_id, room=room.id, members=len(others) + 1)
        return room

    @shielded
    async def rename(self, owner: Membership, name: str) -> None:
        """Raises Refusal: not_owner, bad_room_name, forbidden."""
        require_owner(owner)
        name = Room.checked_name(name)
        await self._journal.run(Rename(owner, name))
        owner.room.name = name
        log.info("room_renamed", user=owner.user_id, room=owner.room_id)

    @shielded
    async def delete(self, owner: Membership) -> None:
        """Raises Refusal: not_owner, forbidden."""
        require_owner(owner)
        await Room.filter(id=owner.room_id).delete()
        self._hub.revoke(RoomDeleted(owner.room_id))
        log.info("room_deleted", user=owner.user_id, room=owner.room_id)

    async def details(self, member: Membership) -> RoomDetails:
        """The room with its members: who is online, when the others were last here."""
        return await room_details(member, self._tracker)
