"""Rooms: made, renamed, deleted, looked at."""

import structlog

from config import Settings
from models import Membership, Refusal, Room
from models.database import shielded
from models.new_room import make_room, users_named
from models.public_rooms import set_listing
from models.room import Listing
from models.room_commands import Rename, delete_room
from models.room_rules import SetRules
from protocol.views import RoomDetails
from realtime.envelope import RoomDeleted
from realtime.hub import Hub
from realtime.journal import Journal
from realtime.lobby.lobby import Lobby
from realtime.presence.tracker import PresenceTracker
from services.actor import Actor, Credential
from services.policy import Right, require, require_confirmed
from services.rate_limits import RateLimits
from services.room_details import room_details
from services.sweeper import Sweeper

log = structlog.get_logger(__name__)


class Rooms:
    """All rooms."""

    def __init__(
        self,
        journal: Journal,
        hub: Hub,
        lobby: Lobby,
        tracker: PresenceTracker,
        sweeper: Sweeper,
        limits: RateLimits,
        settings: Settings,
    ) -> None:
        self._journal = journal
        self._hub = hub
        self._lobby = lobby
        self._tracker = tracker
        self._sweeper = sweeper
        self._limits = limits
        self._members_max = settings.max_members_per_room
        self._rooms_max = settings.max_rooms_per_user

    @shielded
    async def create(
        self,
        actor: Actor,
        name: str,
        usernames: list[str],
        visibility: str = Room.PRIVATE,
        topic: str = "",
        newcomers_see: str = Room.ALL,
    ) -> Room:
        """Make a room with these people in it. It counts against its maker alone, who owns it.

        Raises:
            Refusal: bad_room_name, bad_topic, unknown_user, too_many_members, too_many_rooms,
                blocked, rate_limited.
        """
        Room.checked_name(name)
        listing = Listing(visibility, Room.checked_topic(topic), newcomers_see)
        people = await users_named(usernames, self._members_max)
        others = [user for user in people if user.id != actor.user_id]
        if len(others) >= self._members_max:
            raise Refusal("too_many_members", limit=self._members_max)
        self._limits.new_rooms.check(actor.user_id)
        self._limits.additions.check(actor.user_id, len(others))
        room = await make_room(name, actor.user, others, self._rooms_max, listing)
        self._lobby.joined({actor.user_id, *(user.id for user in others)}, room.id)
        log.info("room_created", user=actor.user_id, room=room.id, members=len(others) + 1)
        return room

    @shielded
    async def rename(self, owner: Membership, name: str) -> None:
        """Raises Refusal: not_owner, bad_room_name, forbidden."""
        require(Right.RENAME_ROOM, owner)
        name = Room.checked_name(name)
        await self._journal.run(Rename(owner, name))
        owner.room.name = name
        log.info("room_renamed", user=owner.user_id, room=owner.room_id)

    @shielded
    async def set_rules(
        self,
        owner: Membership,
        slow_seconds: int | None,
        writers: str | None,
        newcomers_see: str | None = None,
    ) -> None:
        """Say how often members write in a room, in seconds (0: without a pause), who does, and
        what whoever comes in sees of what was said before; what is None stays as it is. The room is
        told.

        Raises:
            Refusal: not_owner, forbidden, bad_field, rate_limited.
        """
        require(Right.SET_RULES, owner)
        self._limits.changes.check(owner.user_id)
        if slow_seconds is not None and not 0 <= slow_seconds <= Room.SLOW_MAX:
            raise Refusal("bad_field", problem="slow_seconds")
        if writers is not None and writers not in Room.WRITERS:
            raise Refusal("bad_field", problem="writers")
        if newcomers_see is not None and newcomers_see not in Room.NEWCOMERS_SEE:
            raise Refusal("bad_field", problem="newcomers_see")
        rules = await self._journal.run(SetRules(owner, slow_seconds, writers, newcomers_see))
        owner.room.slow_seconds, owner.room.writers, owner.room.newcomers_see, _ = rules
        log.info("rules_set", user=owner.user_id, room=owner.room_id, **rules._asdict())

    @shielded
    async def set_listing(
        self, owner: Membership, visibility: str | None, topic: str | None
    ) -> None:
        """Say whether the room is in the directory, where everybody may join it, and what it is
        about; what is None stays as it is.

        Raises:
            Refusal: not_owner, forbidden, bad_field, bad_topic, rate_limited.
        """
        require(Right.PUBLISH_ROOM, owner)
        self._limits.changes.check(owner.user_id)
        if visibility is not None and visibility not in Room.VISIBILITIES:
            raise Refusal("bad_field", problem="visibility")
        topic = None if topic is None else Room.checked_topic(topic)
        room = await set_listing(owner, visibility, topic)
        owner.room.visibility, owner.room.topic = room.visibility, room.topic
        log.info("listing_set", user=owner.user_id, room=owner.room_id, visibility=room.visibility)

    @shielded
    async def delete(self, owner: Membership, credential: Credential) -> None:
        """Raises Refusal: not_owner, forbidden, confirmation_required."""
        require_confirmed(Right.DELETE_ROOM, owner, credential)
        await delete_room(owner)
        self._hub.revoke(RoomDeleted(owner.room_id))
        self._sweeper.soon()
        log.info("room_deleted", user=owner.user_id, room=owner.room_id)

    async def details(self, member: Membership) -> RoomDetails:
        """The room with its members: who is online, when the others were last here."""
        return await room_details(member, self._tracker)

    async def others(self, member: Membership) -> int:
        """How many members there are besides this one: one short query."""
        return await Membership.filter(room_id=member.room_id).count() - 1
