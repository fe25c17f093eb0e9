"""A room with its members, as one of them may see it."""

from msgspec import UNSET

from cooperative import in_slices
from models import Membership, Room
from models.names import confusables
from models.queries.private_members import private_members
from protocol.people_views import MemberView
from protocol.views import RoomDetails
from realtime import views
from realtime.presence.tracker import PresenceTracker


async def room_details(member: Membership, tracker: PresenceTracker) -> RoomDetails:
    """The room as GET /api/rooms/<id> answers."""
    details = views.room_details(member, await _members(member, tracker))
    details.slow_seconds = member.room.slow_seconds or UNSET
    details.writers = "owners" if member.room.writers == Room.OWNERS else UNSET
    details.visibility = "public" if member.room.visibility == Room.PUBLIC else UNSET
    details.topic = member.room.topic or UNSET
    is_bounded = member.room.newcomers_see == Room.FROM_JOINING
    details.newcomers_see = "from_joining" if is_bounded else UNSET
    details.retention_days = member.room.retention_days or UNSET
    details.floor = member.room.floor or UNSET
    return details


async def _members(viewer: Membership, tracker: PresenceTracker) -> list[MemberView]:
    rows = await Membership.people(viewer.room_id)
    private: frozenset[int] = frozenset()
    if viewer.room.is_direct:
        private = await private_members(viewer.room_id) - {viewer.user_id}
    online = await tracker.online([row.id for row in rows if row.id not in private])
    # Those whose names look like another's: their usernames are to stand beside them.
    ambiguous = await confusables({row.id: row.shown_name for row in rows})
    return [
        views.member_view(
            row,
            is_online=row.id in online,
            is_private=row.id in private,
            is_ambiguous=row.id in ambiguous,
        )
        async for row in in_slices(rows)
    ]
