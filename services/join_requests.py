"""Asking to be let into a room: by whoever is not in it; answered by its owners."""

import asyncio

import structlog
from msgspec import UNSET, UnsetType

from models import JoinRequest, Membership, Refusal
from models.database import shielded, storable
from models.join_request import (
    AskedRoomRow,
    count_requests,
    requests_of_room,
    rooms_asked_for,
)
from models.membership import ID_MAX
from models.request_admission import AcceptRequest, decline_request
from protocol.encoding import timestamp
from protocol.join_request_views import JoinRequestView
from protocol.people_views import PersonView
from realtime.journal import Journal
from services.actor import Actor
from services.guards import require_account
from services.policy import Right, require
from services.presence import Presence
from services.rate_limits import RateLimits

log = structlog.get_logger(__name__)


class JoinRequests:
    """The requests to all rooms."""

    def __init__(
        self, journal: Journal, presence: Presence, limits: RateLimits, members_max: int
    ) -> None:
        self._journal = journal
        self._presence = presence
        self._limits = limits
        self._members_max = members_max
        self._asking: set[asyncio.Task[None]] = set()

    def ask(self, actor: Actor, room_id: int, note: str = "") -> None:
        """Ask the owners of a room. Whoever asks learns nothing by it, not even by how long it
        takes whether there is such a room: it is stored while they are answered.

        Raises:
            Refusal: bad_field, rate_limited.
        """
        self._limits.join_requests.check(actor.user_id)
        note = " ".join(note.split())
        if len(note) > JoinRequest.NOTE_MAX or not storable(note):
            raise Refusal("bad_field", problem="note")
        task = asyncio.create_task(self._store(actor.user_id, room_id, note))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def _store(self, user_id: int, room_id: int, note: str) -> None:
        try:
            is_possible = 0 < room_id <= ID_MAX
            if is_possible and await JoinRequest.ask(room_id, user_id, note):
                log.info("join_requested", user=user_id, room=room_id)
        except Exception as error:
            # They have been answered already.
            log.warning("join_request_not_stored", user=user_id, error=str(error))

    async def settle(self) -> None:
        """Wait for what is still being stored."""
        await asyncio.gather(*self._asking)

    async def listed(self, owner: Membership) -> list[JoinRequestView]:
        """The unanswered requests to a room. Raises Refusal: not_owner, forbidden, rate_limited."""
        require(Right.ANSWER_REQUESTS, owner)
        self._limits.history.check(owner.user_id)
        return [
            JoinRequestView(
                PersonView(row.person.id, row.person.username, row.person.display_name),
                row.note,
                timestamp(row.asked_at),
            )
            for row in await requests_of_room(owner.room_id, owner.user_id)
        ]

    async def count(self, member: Membership) -> int | UnsetType:
        """How many ask to be let into a room, for its owners; others are not told."""
        if not member.is_owner or member.room.is_direct:
            return UNSET
        return await count_requests(member.room_id, member.user_id)

    async def rooms_asked_for(self, actor: Actor) -> list[AskedRoomRow]:
        """The actor's rooms into which people ask to be let."""
        return await rooms_asked_for(actor.user_id)

    @shielded
    async def accept(self, owner: Membership, user_id: int) -> None:
        """Let somebody in who asks for it.

        Raises:
            Refusal: not_owner, forbidden, not_found, blocked, member_banned, too_many_members,
                rate_limited.
        """
        require(Right.ANSWER_REQUESTS, owner)
        self._limits.changes.check(owner.user_id)
        user = await require_account(user_id)
        await self._journal.run(AcceptRequest(owner, user, self._members_max))
        log.info("join_request_accepted", user=owner.user_id, room=owner.room_id, member=user_id)
        await self._presence.announce_new_member(owner.room_id, user)

    @shielded
    async def decline(self, owner: Membership, user_id: int) -> None:
        """Say no: they do not ask again for 30 days, and are not told.

        Raises:
            Refusal: not_owner, forbidden, not_found, rate_limited.
        """
        require(Right.ANSWER_REQUESTS, owner)
        self._limits.changes.check(owner.user_id)
        if not 0 < user_id <= ID_MAX:
            raise Refusal("not_found")
        await decline_request(owner, user_id)
        log.info("join_request_declined", user=owner.user_id, room=owner.room_id, member=user_id)
