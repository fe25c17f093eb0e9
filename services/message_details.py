"""One message, its earlier texts, what is pinned, what somebody has not seen, and where they are
mentioned.
"""

from msgspec.structs import replace

from config import Settings
from cooperative import in_slices
from models import Membership
from models.database import shielded
from models.queries.mentions import mentions_page
from models.queries.messages import messages_by_id, pinned_messages
from models.queries.unseen_changes import UnseenChanges, unseen_changes
from models.queries.versions import erase_versions, versions_of
from models.visible_history import not_seen
from protocol.encoding import timestamp
from protocol.version_views import VersionView
from protocol.views import MessageView, RoomMessageView
from realtime.views import room_message_view
from services.message_views import message_views
from services.policy import Right, require
from services.rate_limits import RateLimits
from services.sweeper import Sweeper

MENTIONS_MAX = 100


class MessageDetails:
    """As members of their rooms read them. Each counts as a page of history."""

    def __init__(self, limits: RateLimits, sweeper: Sweeper, settings: Settings) -> None:
        self._limits = limits
        self._sweeper = sweeper
        self._settings = settings

    async def one(self, member: Membership, message_id: int) -> MessageView:
        """A message, or what is left of it. Raises Refusal: not_found, expired, rate_limited."""
        self._limits.history.check(member.user_id)
        found = await messages_by_id(member.room_id, [message_id])
        views = await message_views(member, list(found.values()), self._settings.locale)
        if not views:
            raise not_seen(member, message_id)
        return views[0]

    async def versions(self, member: Membership, message_id: int) -> list[VersionView]:
        """Earlier texts, oldest first; none of a deleted message, or with EDIT_HISTORY=off.

        Raises:
            Refusal: not_found, rate_limited.
        """
        await self.one(member, message_id)
        if not self._settings.edit_history:
            return []
        return [
            VersionView(body, timestamp(made_at), change)
            for body, made_at, change in await versions_of(member.room_id, message_id)
        ]

    @shielded
    async def erase_versions(self, member: Membership, message_id: int) -> None:
        """Erase the earlier texts of one's own message.

        Raises:
            Refusal: not_found, not_author, rate_limited.
        """
        message = await self.one(member, message_id)
        require(Right.EDIT_MESSAGE, member, message.user_id)
        await erase_versions(member.room_id, message_id)
        self._sweeper.soon()

    async def pinned(self, member: Membership) -> list[MessageView]:
        """The pinned messages, the latest pin first. Raises Refusal: rate_limited."""
        self._limits.history.check(member.user_id)
        messages = await pinned_messages(member.room_id)
        return await message_views(member, messages, self._settings.locale)

    async def unseen(self, member: Membership) -> UnseenChanges:
        """What others have done, since this member was last here, to messages that they had read.
        With EDIT_HISTORY=off without the earlier texts.
        """
        found = await unseen_changes(member)
        if self._settings.edit_history:
            return found
        return replace(found, edits=[replace(each, earlier=None) for each in found.edits])

    async def mentions(
        self, user_id: int, cursor: int | None, limit: int
    ) -> tuple[list[RoomMessageView], str | None]:
        """Messages that mention somebody, in the rooms that they are in, newest first, and the
        cursor of what comes after.

        Raises:
            Refusal: rate_limited.
        """
        self._limits.history.check(user_id)
        limit = min(max(limit, 1), MENTIONS_MAX)
        found = await mentions_page(user_id, cursor, limit)
        locale = self._settings.locale
        views = [
            room_message_view(each.message, locale, each.is_read)
            async for each in in_slices(found.entries)
        ]
        return views, str(found.cursor) if found.cursor else None
