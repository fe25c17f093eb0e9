"""A room with its members, as one of them may see it."""

from cooperative import in_slices
from models import Membership
from models.names import confusables
from models.queries.private_members import private_members
from protocol.views import MemberView, RoomDetails
from realtime import views
from realtime.presence.tracker import PresenceTracker


async def room_details(member: Membership, tracker: PresenceTracker) -> RoomDetails:
    """The room as GET /api/rooms/<id> answers."""
    return views.room_details(member, await _members(member, tracker))


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
