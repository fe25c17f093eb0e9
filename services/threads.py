"""Threads: a message, and what was replied to it, directly or by way of other replies."""

from limits import MESSAGE_ID_MAX
from models import Membership, Refusal, StoredMessage
from models.queries.messages import messages_by_id
from models.queries.threads import replies_after, replies_before
from models.visible_history import not_seen
from protocol.views import ThreadView
from services.history import HISTORY_DEFAULT
from services.message_views import message_views
from services.rate_limits import RateLimits

PAGE_MAX = 100


class Threads:
    """The threads of all rooms. They are views of its one timeline: nothing is read or unread in
    them.
    """

    def __init__(self, limits: RateLimits, locale: str) -> None:
        self._limits = limits
        self._locale = locale

    async def page(
        self,
        member: Membership,
        message_id: int,
        *,
        before: int | None = None,
        after: int | None = None,
        limit: int = HISTORY_DEFAULT,
    ) -> ThreadView:
        """The thread that a message is in, or begins: its last `limit` replies before `before`, or
        its first `limit` after `after`.

        Raises:
            Refusal: not_found, expired, rate_limited.
        """
        self._limits.history.check(member.user_id)
        room_id = member.room_id
        asked = await messages_by_id(room_id, [message_id])
        if message_id not in asked or message_id <= member.room.floor:
            raise not_seen(member, message_id)
        root_id = asked[message_id].thread or message_id
        root = await self._root(member, root_id)
        limit = min(max(limit, 1), PAGE_MAX)
        if after is None:
            end = MESSAGE_ID_MAX if before is None else before
            replies = await replies_before(room_id, root_id, end, limit)
        else:
            replies = await replies_after(room_id, root_id, after, limit)
        later = [each for each in replies if each.message_id > root.message_id]
        first, *others = await message_views(member, [root, *later], self._locale)
        return ThreadView(first, others)

    async def _root(self, member: Membership, root_id: int) -> StoredMessage:
        """The message that the thread begins with; for who does not see it, the first reply that
        they do.
        """
        if member.sees(root_id):
            return (await messages_by_id(member.room_id, [root_id]))[root_id]
        replies = await replies_after(member.room_id, root_id, member.bound - 1, 1)
        if not replies:
            raise Refusal("not_found")
        return replies[0]
