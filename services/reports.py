"""Messages that are reported, and what those who judge make of it."""

import structlog

from limits import MESSAGE_ID_MAX
from models import Membership, Refusal
from models.database import shielded, storable
from models.queries.messages import messages_by_id
from models.report import (
    CATEGORIES,
    OUTCOMES,
    TEXT_MAX,
    ReportRow,
    all_reports,
    find_report,
    judge,
    make_report,
    reports_for_owners,
)
from models.visible_history import not_seen
from services.actor import Actor
from services.administration import checked_reason
from services.policy import Right, require, require_admin, require_admin_act
from services.rate_limits import RateLimits

log = structlog.get_logger(__name__)


class Reports:
    """Members report, owners judge what is not about one of them, administrators all of it."""

    def __init__(self, limits: RateLimits) -> None:
        self._limits = limits

    @shielded
    async def report(
        self, member: Membership, message_id: int, category: str, text: str = ""
    ) -> None:
        """Keep a message, with what came before it, for those who judge.

        Raises:
            Refusal: bad_field, not_found, expired, gone, own_message,
                already_reported, rate_limited.
        """
        require(Right.REPORT, member)
        text = text.strip()
        if category not in CATEGORIES:
            raise Refusal("bad_field", problem="category")
        if len(text) > TEXT_MAX or not storable(text):
            raise Refusal("bad_field", problem="text")
        if not 0 < message_id <= MESSAGE_ID_MAX:
            raise Refusal("not_found")
        self._limits.reports.check(member.user_id)
        message = (await messages_by_id(member.room_id, {message_id})).get(message_id)
        if message is None or not member.sees(message_id):
            raise not_seen(member, message_id)
        if message.is_deleted:
            raise Refusal("gone")
        if message.author_id == member.user_id:
            raise Refusal("own_message")
        await make_report(member, message, category, text)
        log.info("message_reported", user=member.user_id, room=member.room_id, message=message_id)

    async def of_room(self, owner: Membership) -> list[ReportRow]:
        """Of messages that this owner sees, without what came before these and they do not see.

        Raises:
            Refusal: not_owner, forbidden, rate_limited.
        """
        require(Right.JUDGE_REPORTS, owner)
        self._limits.history.check(owner.user_id)
        return await reports_for_owners(owner)

    async def all(self, actor: Actor) -> list[ReportRow]:
        """Raises Refusal: not_admin, forbidden, rate_limited."""
        require_admin(actor)
        self._limits.history.check(actor.user_id)
        return await all_reports()

    async def one(self, actor: Actor, report_id: int) -> ReportRow:
        """Raises Refusal: not_admin, forbidden, not_found."""
        require_admin(actor)
        return await find_report(report_id, None)

    @shielded
    async def judge_in_room(
        self, owner: Membership, report_id: int, outcome: str, reason: str = ""
    ) -> ReportRow:
        """Say what became of a report of this owner's room.

        Raises:
            Refusal: not_owner, forbidden, bad_field, not_found, rate_limited.
        """
        require(Right.JUDGE_REPORTS, owner)
        self._limits.changes.check(owner.user_id)
        return await self._judge(report_id, owner.user_id, outcome, owner, reason)

    @shielded
    async def judge(
        self, actor: Actor, report_id: int, outcome: str, reason: str = ""
    ) -> ReportRow:
        """The same of any report.

        Raises:
            Refusal: not_admin, forbidden, bad_field, not_found, rate_limited.
        """
        require_admin_act(actor)
        self._limits.changes.check(actor.user_id)
        return await self._judge(report_id, actor.user_id, outcome, None, reason)

    async def _judge(
        self, report_id: int, judge_id: int, outcome: str, owner: Membership | None, reason: str
    ) -> ReportRow:
        if outcome not in OUTCOMES:
            raise Refusal("bad_field", problem="outcome")
        found = await judge(report_id, judge_id, outcome, owner, checked_reason(reason))
        log.info("report_judged", user=judge_id, report=report_id, outcome=outcome)
        return found
