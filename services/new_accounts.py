"""What new accounts post: links, and mentions of several people, only so often. What is more waits
for an owner of the room.
"""

import math
import re
from datetime import UTC, datetime, timedelta
from time import time

import structlog

from models import Membership, Post, Refusal, SiteSettings
from models.audit_entry import is_vouched_for
from models.held_message import hold, is_held
from models.mentioned_names import names_in
from services.rate_limits import RateLimits

log = structlog.get_logger(__name__)

NEW_FOR = timedelta(hours=72)
MENTIONS_MAX = 3  # With more names a message is one of those that are limited.

_LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


class NewAccounts:
    """Whoever has registered by themselves within 72 hours, where the administrators want it: no
    administrator, nor an owner in their own room, nor whom an administrator has made, approved or
    invited, or an account invited that is not new itself.
    """

    def __init__(self, limits: RateLimits) -> None:
        self._limits = limits

    def concerns(self, member: Membership, text: str) -> bool:
        """Whether `check` is to be asked: nothing is read for it, as all messages pay for it."""
        return self.may_have_held(member) and is_limited(text)

    def may_have_held(self, member: Membership) -> bool:
        """Whether messages of theirs may wait in this room: nothing is read for this either."""
        return time() < self.new_until(member)

    def new_until(self, member: Membership) -> float:
        """Until when messages of theirs may wait in this room, as `time.time()` has it; 0: never.
        Whoever asks for each of many messages keeps it.
        """
        user = member.user
        if user.is_admin or member.is_owner:
            return 0.0
        return (user.created_at + NEW_FOR).timestamp()

    async def check(self, member: Membership, text: str) -> None:
        """Count a message, or an edit.

        Raises:
            Refusal: new_account_limit.
        """
        if not self.concerns(member, text):
            return
        chosen = await SiteSettings.load()
        if chosen.limits_new_accounts is not True:
            return
        if await is_vouched_for(member.user_id, datetime.now(UTC) - NEW_FOR):
            return
        try:
            self._limits.new_accounts.check(member.user_id)
        except Refusal as refusal:
            minutes = math.ceil((refusal.retry_after or 60) / 60)
            # Without a retry_after: a page would hold all that was written later until then.
            raise Refusal("new_account_limit", num=minutes) from None

    async def check_post(self, member: Membership, post: Post) -> None:
        """Count a message that has been checked; what is too much for now waits for an owner of the
        room. There is none in a conversation of two, and no message waits that has files: they are
        kept for a day.

        Raises:
            Refusal: held, also when it comes again; new_account_limit, in a conversation of two,
                with files, or where too many wait; what refuses it in any case: not_a_member,
                room_archived, owners_only.
        """
        if not self.concerns(member, post.body):
            return
        if await is_held(member, post.client_id):
            raise Refusal("held")
        try:
            await self.check(member, post.body)
        except Refusal as refusal:
            if member.room.is_direct or post.files:
                raise
            outcome = await hold(member, post.body, post.client_id, post.reply_to)
            if outcome == "full":
                raise
            if outcome == "held":
                log.info("message_held", user=member.user_id, room=member.room_id)
                raise Refusal("held") from refusal


def is_limited(text: str) -> bool:
    """Whether it has a link, or many names. Most texts have nothing that either begins with, and to
    look for that takes a tenth of the time of the expressions.
    """
    if text.count("@") > MENTIONS_MAX and len(names_in(text)) > MENTIONS_MAX:
        return True
    has_start = "://" in text or "w." in text or "W." in text
    return has_start and _LINK.search(text) is not None
