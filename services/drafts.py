"""Drafts: what people have written and not sent, for themselves in every browser of theirs."""

from models import Membership, Message
from models.database import shielded
from models.draft import Draft, DraftRow
from models.fair_queue import use_queue_of_user
from protocol.draft_views import DraftView
from realtime.draft_views import draft_view
from realtime.envelope import DraftChanged
from realtime.lobby.lobby import Lobby
from services.rate_limits import RateLimits
from services.sweeper import Sweeper


class Drafts:
    """The drafts of all members. Nobody is told of one but its author, by the lobby."""

    def __init__(self, lobby: Lobby, limits: RateLimits, sweeper: Sweeper) -> None:
        self._lobby = lobby
        self._limits = limits
        self._sweeper = sweeper

    def check_rate(self, member: Membership) -> None:
        """Count a draft that this user reads or stores. Raises Refusal: rate_limited."""
        self._limits.drafts.check(member.user_id)

    async def of(self, member: Membership) -> DraftView:
        """The member's draft; without a text there is none."""
        return draft_view(await Draft.of(member.id))

    @shielded
    async def save(
        self,
        member: Membership,
        text: str,
        reply_to: int | None = None,
        base: int | None = None,
    ) -> DraftView:
        """Store what the member is writing; an empty text takes the draft away. `base` is the
        version that it was made from, if that is to be the latest. Returns the draft as it is then:
        this one, or the later one that stays.

        Raises:
            Refusal: message_too_long, bad_text, not_a_member, rate_limited.
        """
        self.check_rate(member)
        # As browsers have it in a field: what comes back is to be the same text.
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if text.strip():
            Message.checked_body(text)
        else:
            text, reply_to = "", None
        use_queue_of_user(member.user_id)
        draft = await Draft.store(member.id, text, reply_to, base)
        if draft is None:
            return await self.of(member)
        self._tell(member, draft)
        return draft_view(draft)

    @shielded
    async def discard(self, member: Membership) -> None:
        """Take the draft away, whatever it says.

        Raises:
            Refusal: rate_limited.
        """
        self.check_rate(member)
        use_queue_of_user(member.user_id)
        if version := await Draft.discard(member.id):
            self._tell(member, DraftRow(version=version))

    @shielded
    async def sent(self, member: Membership, version: int | None) -> None:
        """What was this version of the draft is a message now. A later one stays."""
        use_queue_of_user(member.user_id)
        if version and (draft := await Draft.store(member.id, "", None, version)):
            self._tell(member, draft)

    def _tell(self, member: Membership, draft: DraftRow) -> None:
        user_id, has_draft = member.user_id, bool(draft.text)
        if not has_draft:
            self._sweeper.soon()
        self._lobby.publish(DraftChanged(user_id, member.room_id, has_draft, draft.version))
