"""Who has read a message."""

from collections.abc import Collection

from msgspec import UNSET

from models import Membership, Refusal, StoredMessage
from models.queries.messages import messages_by_id
from models.queries.private_members import private_members
from models.queries.readers import ReaderRow, readers_of
from protocol.people_views import ReaderList, ReaderView
from realtime.presence.tracker import PresenceTracker
from services.rate_limits import RateLimits


class Readers:
    """Of all messages; told to their authors. Counts as a page of history."""

    def __init__(self, tracker: PresenceTracker, limits: RateLimits) -> None:
        self._tracker = tracker
        self._limits = limits

    async def of(self, member: Membership, message_id: int) -> ReaderList:
        """Who has read this message of one's own.

        Raises:
            Refusal: not_found, not_author, rate_limited.
        """
        self._limits.history.check(member.user_id)
        message = (await messages_by_id(member.room_id, [message_id])).get(message_id)
        if message is None:
            raise Refusal("not_found")
        if message.author_id != member.user_id:
            raise Refusal("not_author")
        rows = await readers_of(message)
        if member.room.is_direct:
            private = await private_members(member.room_id)
            rows = [row for row in rows if row.person.id not in private]
        online = await self._tracker.online([row.person.id for row in rows])
        others = await Membership.filter(room_id=member.room_id).count() - 1
        return ReaderList([_view(row, message, online) for row in rows], others)


def _view(row: ReaderRow, message: StoredMessage, online: Collection[int]) -> ReaderView:
    person = row.person
    has_seen = person.id in online or row.has_seen_edit(message)
    is_edited_since = UNSET if has_seen else True
    return ReaderView(person.id, person.username, person.display_name, is_edited_since)
