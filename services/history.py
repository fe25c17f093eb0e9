"""What was said in a room, and what has changed in it, page by page."""

from collections.abc import Sequence

from msgspec.structs import replace

from limits import MESSAGE_ID_MAX
from models import Membership, Refusal
from models.queries.digest import digest_of
from models.queries.messages import messages_after, messages_before
from models.queries.room_events import room_events
from protocol.server_frames import DigestView
from protocol.views import MessageView, RoomEventView
from realtime.bounded_frames import resumed
from realtime.channel import RoomGone
from realtime.room_changes import RoomChanges
from realtime.views import room_event_view
from services.message_views import message_views
from services.rate_limits import RateLimits

HISTORY_DEFAULT = 50
HISTORY_MAX = 100
EVENTS_MAX = 50  # Behind the messages of one page.
CHANGES_DEFAULT = 100
CHANGES_MAX = 1_000


class History:
    """The messages and changes of all rooms, as their members read them."""

    def __init__(self, changes: RoomChanges, limits: RateLimits, locale: str) -> None:
        self._locale = locale
        self._changes = changes
        self._limits = limits

    def check_rate(self, user_id: int) -> None:
        """Count a page of history for this user. Raises Refusal: rate_limited."""
        self._limits.history.check(user_id)

    async def page(
        self,
        member: Membership,
        before: int | None = None,
        after: int | None = None,
        limit: int = HISTORY_DEFAULT,
    ) -> list[MessageView]:
        """Messages, oldest first: the last `limit` before `before`, or the first
        `limit` after `after`.

        Raises:
            Refusal: rate_limited.
        """
        self.check_rate(member.user_id)
        limit = min(max(limit, 1), HISTORY_MAX)
        end = MESSAGE_ID_MAX if before is None else before
        if after is None:
            messages = await messages_before(member.room_id, end, limit)
        else:
            after = max(after, member.bound - 1)
            messages = await messages_after(member.room_id, after, end - 1, limit)
        return await message_views(member, messages, self._locale)

    async def events(
        self, member: Membership, messages: Sequence[MessageView], after: int | None = None
    ) -> list[RoomEventView]:
        """Who has come and gone, and the like, behind these messages, which follow each other; the
        latest of it, in order. Where the page is of those `after` one, also behind that one.
        """
        first, last = (messages[0].message_id, messages[-1].message_id) if messages else (0, 0)
        begin = after if after is not None else first if first > max(1, member.bound) else 0
        # What is behind a message that they do not see is before all that they do.
        begin = max(begin, member.bound - 1)
        found = await room_events(member.room_id, begin, max(begin, last), EVENTS_MAX)
        return [
            room_event_view(replace(event, after=event.after if member.sees(event.after) else 0))
            for event in found
            if event.removal is None or member.sees(event.removal.last)
        ]

    async def digest(self, member: Membership, first: int) -> DigestView:
        """The sum by which a client checks what it has from this message on."""
        return DigestView(*await digest_of(member.room_id, max(first, member.bound)))

    async def changes(
        self, member: Membership, since: int, limit: int = CHANGES_DEFAULT
    ) -> tuple[list[bytes], int]:
        """What has changed in the room since this change: a page of frames as they are resumed, and
        the change up to which it is complete.

        Raises:
            Refusal: rate_limited; not_a_member, when the room is no more.
        """
        self.check_rate(member.user_id)
        limit = min(max(limit, 1), CHANGES_MAX)
        upto = member.room.change
        if since >= upto:
            return [], upto
        try:
            page, end = await self._changes.since(member.room_id, since, upto, limit)
        except RoomGone:
            raise Refusal("not_a_member") from None
        return resumed(page, member.bound, self._locale), end
