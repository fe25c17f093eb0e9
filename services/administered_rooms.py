"""What administrators of the server do to rooms that they need not be in. They see who is there and
how much was said, and no word of it.
"""

import structlog

from models import Membership, Refusal
from models.administered_rooms import AppointOwner, SetArchived, delete_room
from models.database import shielded
from models.membership import ID_MAX, MemberRow
from models.queries.administration import (
    FIRST,
    PAGE,
    AdministeredRoom,
    administered_room,
    rooms,
)
from realtime.envelope import RoomDeleted
from realtime.hub import Hub
from realtime.journal import Journal
from services.actor import Actor
from services.administration import checked_reason
from services.policy import require_admin, require_admin_act
from services.rate_limits import RateLimits
from services.sweeper import Sweeper

log = structlog.get_logger(__name__)


class AdministeredRooms:
    """All rooms, without conversations of two."""

    def __init__(self, journal: Journal, hub: Hub, limits: RateLimits, sweeper: Sweeper) -> None:
        self._journal = journal
        self._hub = hub
        self._limits = limits
        self._sweeper = sweeper

    async def page(
        self, actor: Actor, text: str, cursor: int | None
    ) -> tuple[list[AdministeredRoom], int | None]:
        """A page of the rooms that are called like this (all for ""), and the next one's cursor.

        Raises:
            Refusal: not_admin, forbidden, rate_limited.
        """
        require_admin(actor)
        self._limits.searches.check(actor.user_id)
        found = await rooms(text, FIRST if cursor is None else cursor)
        return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None

    async def one(self, actor: Actor, room_id: int) -> AdministeredRoom:
        """Raises Refusal: not_admin, forbidden, not_found."""
        require_admin(actor)
        found = await administered_room(room_id) if 0 < room_id <= ID_MAX else None
        if found is None:
            raise Refusal("not_found")
        return found

    async def members(self, actor: Actor, room_id: int) -> list[MemberRow]:
        """Who is in it, by name. Raises Refusal: not_admin, forbidden, not_found."""
        room = await self.one(actor, room_id)
        return await Membership.people(room.id)

    @shielded
    async def set_archived(
        self, actor: Actor, room_id: int, *, is_archived: bool, reason: str = ""
    ) -> None:
        """Let nobody write in it any more, or again; its members are told.

        Raises:
            Refusal: not_admin, forbidden, not_found, bad_field, rate_limited, overloaded.
        """
        await self._check(actor, room_id)
        reason = checked_reason(reason)
        await self._journal.run(SetArchived(room_id, actor.user_id, is_archived, reason))
        log.info("room_archived", room=room_id, by=actor.user_id, is_archived=is_archived)

    @shielded
    async def appoint_owner(
        self,
        actor: Actor,
        room_id: int,
        user_id: int,
        reason: str = "",
        *,
        replaces_owners: bool = False,
    ) -> None:
        """Make a member an owner, as where the owners are gone; or the only one, in the place of
        those who are owners now, and become members.

        Raises:
            Refusal: not_admin, forbidden, not_found, bad_field, rate_limited, overloaded.
        """
        await self._check(actor, room_id)
        reason = checked_reason(reason)
        await self._journal.run(
            AppointOwner(room_id, user_id, actor.user_id, reason, replaces_owners)
        )
        log.info("owner_appointed", room=room_id, by=actor.user_id, member=user_id)

    @shielded
    async def delete(self, actor: Actor, room_id: int, reason: str = "") -> None:
        """Delete it with everything in it: it leaves the lists of its members, and sockets are
        closed.

        Raises:
            Refusal: not_admin, forbidden, not_found, bad_field, rate_limited.
        """
        await self._check(actor, room_id)
        await delete_room(room_id, actor.user_id, checked_reason(reason))
        self._hub.revoke(RoomDeleted(room_id))
        self._sweeper.soon()
        log.info("room_deleted", user=actor.user_id, room=room_id)

    async def _check(self, actor: Actor, room_id: int) -> None:
        require_admin_act(actor)
        await self.one(actor, room_id)
        self._limits.changes.check(actor.user_id)
