"""The directory: public rooms that people find, and join."""

import structlog
from msgspec.structs import asdict

from models import Membership, Refusal
from models.database import shielded
from models.fair_queue import use_queue_of_user
from models.membership import ID_MAX
from models.public_rooms import JoinPublic
from models.queries.public_rooms import FIRST, PAGE, PublicRoomRow, public_room, public_rooms
from protocol.directory_views import PublicRoomList, PublicRoomView
from realtime.journal import Journal
from services.actor import Actor
from services.presence import Presence
from services.rate_limits import RateLimits

log = structlog.get_logger(__name__)


class PublicRooms:
    """All public rooms."""

    def __init__(
        self, journal: Journal, presence: Presence, limits: RateLimits, members_max: int
    ) -> None:
        self._journal = journal
        self._presence = presence
        self._limits = limits
        self._members_max = members_max

    async def page(self, actor: Actor, text: str = "", cursor: int | None = None) -> PublicRoomList:
        """A page of the public rooms, the latest made first; with a text those that are called
        something like it, or are about it.

        Raises:
            Refusal: rate_limited.
        """
        self._limits.searches.check(actor.user_id)
        use_queue_of_user(actor.user_id)
        rows = await public_rooms(actor.user_id, text, FIRST if cursor is None else cursor)
        last = rows[PAGE - 1].id if len(rows) > PAGE else None
        return PublicRoomList([_view(row) for row in rows[:PAGE]], last)

    async def find(self, actor: Actor, room_id: int) -> PublicRoomView | None:
        """One of them; None for what is not public."""
        self._limits.history.check(actor.user_id)
        row = await public_room(actor.user_id, room_id) if 0 < room_id <= ID_MAX else None
        return _view(row) if row else None

    @shielded
    async def join(self, actor: Actor, room_id: int) -> None:
        """Come into a public room. Whoever is in it already stays.

        Raises:
            Refusal: not_a_member, for rooms that are not public, or do not exist, as well;
                room_banned, room_banned_until, removed_by_owner, too_many_members, rate_limited.
        """
        self._limits.changes.check(actor.user_id)
        if not 0 < room_id <= ID_MAX:
            raise Refusal("not_a_member")
        if await Membership.filter(room_id=room_id, user_id=actor.user_id).exists():
            return
        # Whoever comes and goes again and again only wants to be noticed.
        self._limits.additions_of_one.check((actor.user_id, room_id, actor.user_id))
        if await self._journal.run(JoinPublic(room_id, actor.user, self._members_max)):
            log.info("public_room_joined", user=actor.user_id, room=room_id)
            await self._presence.announce_new_member(room_id, actor.user)


def _view(row: PublicRoomRow) -> PublicRoomView:
    return PublicRoomView(**asdict(row))
