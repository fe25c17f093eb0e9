"""Reports of messages, for those who judge: with what was said, as it was then."""

from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError
from tortoise.models import Model

from errors import Refusal
from models.audit_entry import ActDetails, record_act
from models.database import atomically, fetch, moment
from models.membership import ID_MAX, Membership
from models.moderation_notice import ModerationNotice
from models.queries.messages import messages_before
from models.room import Room
from models.sql.fast_path import Row, as_stored
from models.stored_message import StoredMessage

KEPT = timedelta(days=30)
CONTEXT = 2  # Messages before the one that is reported.
TEXT_MAX = 500
CATEGORIES = ("spam", "abuse", "illegal", "other")
DISMISSED, ACTED = OUTCOMES = ("dismissed", "acted")
LISTED_MAX = 200


class Report(Model):
    """A message that somebody has reported. It refers to nothing: what is deleted meanwhile, or the
    room itself, leaves it as it is. After 30 days it goes.

    `is_for_owners`: not of what an owner of the room had written, nor of a conversation of two.
    """

    id = fields.BigIntField(primary_key=True)
    room_id = fields.BigIntField()
    room_name = fields.CharField(max_length=Room.NAME_MAX)
    number = fields.BigIntField()
    author_id = fields.BigIntField()
    reporter_id = fields.BigIntField()
    category = fields.CharField(max_length=20)
    report_text = fields.CharField(max_length=TEXT_MAX, default="", db_default="")
    # Of Snapshots, as JSON.
    snapshot = fields.TextField()
    is_for_owners = fields.BooleanField()
    reported_at = fields.DatetimeField()
    outcome = fields.CharField(max_length=20, null=True)
    judged_by: int | None = fields.BigIntField(null=True)
    judged_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "report"
        table_description = "Messages that somebody has reported"
        unique_together = (("room_id", "number", "reporter_id"),)
        indexes = (("reported_at",),)


class Snapshot(Struct, frozen=True):
    """A message as it was when it, or one behind it, was reported."""

    message_id: int
    user_id: int
    username: str
    display_name: str
    message: str
    timestamp: datetime


class ReportRow(Struct, frozen=True):
    """A report as those who judge see it; `reporter` is told to administrators alone."""

    id: int
    room_id: int
    room_name: str
    message_id: int
    author_id: int
    category: str
    text: str
    messages: list[Snapshot]
    reported_at: datetime
    outcome: str | None
    reporter: str


async def make_report(member: Membership, message: StoredMessage, category: str, text: str) -> None:
    """Keep what was said, and what came before it. Once for each person and message.

    Raises:
        Refusal: already_reported.
    """
    room = member.room
    before = await messages_before(member.room_id, message.message_id, CONTEXT)
    kept = [_snapshot(each) for each in (*before, message) if not each.is_deleted]
    owners = Membership.filter(room_id=member.room_id, role=Membership.OWNER)
    is_by_owner = await owners.filter(user_id=message.author_id).exists()
    try:
        await Report.create(
            room_id=member.room_id,
            room_name="" if room.is_direct else room.name,
            number=message.message_id,
            author_id=message.author_id,
            reporter_id=member.user_id,
            category=category,
            report_text=text,
            snapshot=msgspec.json.encode(kept).decode(),
            is_for_owners=not (is_by_owner or room.is_direct),
            reported_at=datetime.now(UTC),
        )
    except IntegrityError:
        raise Refusal("already_reported") from None


async def reports_for_owners(owner: Membership) -> list[ReportRow]:
    """Those of their room that this owner judges, not judged yet ones first: nothing of what was
    written by who is an owner by now, or before what they see of the room.
    """
    rows = await fetch(
        f"{_REPORTS} AND room_id = $2 AND number >= $3 AND {_FOR_OWNERS} {_LATEST}",
        _oldest(),
        owner.room_id,
        owner.from_number,
    )
    return [_seen_by(owner, _report(row)) for row in rows]


async def all_reports() -> list[ReportRow]:
    """Those of all rooms, for administrators."""
    return [_report(row) for row in await fetch(f"{_REPORTS} {_LATEST}", _oldest())]


async def judge(
    report_id: int, judge_id: int, outcome: str, owner: Membership | None, reason: str
) -> ReportRow:
    """Say what became of a report: by this owner of its room, or (None) an administrator. Its
    reporter is told, by a notice; once, also where it is said again.

    Raises:
        Refusal: not_found.
    """
    found = await find_report(report_id, owner)

    async def work(connection: BaseDBAsyncClient) -> None:
        where = Report.filter(id=report_id, outcome=None).using_db(connection)
        now = datetime.now(UTC)
        if not await where.update(outcome=outcome, judged_by=judge_id, judged_at=now):
            return
        report = await Report.get(id=report_id, using_db=connection)
        action = "report_acted" if outcome == ACTED else "report_dismissed"
        await ModerationNotice.tell(
            report.reporter_id,
            action,
            connection,
            room_name=report.room_name,
        )
        await record_act(
            connection,
            action,
            judge_id,
            user_id=report.author_id,
            room_id=report.room_id,
            reason=reason,
            details=ActDetails(message=report.number),
        )

    await atomically(work)
    return found


async def forget_old_reports() -> int:
    """Delete those that are older than 30 days; return how many."""
    return await Report.filter(reported_at__lt=datetime.now(UTC) - KEPT).delete()


async def find_report(report_id: int, owner: Membership | None) -> ReportRow:
    """One that is not older than 30 days, and which this owner judges; None: an administrator.

    Raises:
        Refusal: not_found.
    """
    if not 0 < report_id <= ID_MAX:
        raise Refusal("not_found")
    which = "" if owner is None else f"AND room_id = $3 AND number >= $4 AND {_FOR_OWNERS}"
    values = [_oldest(), report_id]
    values += [] if owner is None else [owner.room_id, owner.from_number]
    rows = await fetch(f"{_REPORTS} AND report.id = $2 {which}", *values)
    if not rows:
        raise Refusal("not_found")
    report = _report(rows[0])
    return report if owner is None else _seen_by(owner, report)


def _seen_by(owner: Membership, report: ReportRow) -> ReportRow:
    """Without those of the messages before it that they do not see."""
    kept = [each for each in report.messages if each.message_id >= owner.from_number]
    return replace(report, messages=kept)


def _oldest() -> str | datetime:
    return as_stored(datetime.now(UTC) - KEPT)


def _snapshot(message: StoredMessage) -> Snapshot:
    author = message.author_id, message.username, message.display_name
    return Snapshot(message.message_id, *author, message.body, message.created_at)


def _report(row: Row) -> ReportRow:
    messages = msgspec.json.decode(row[7], type=list[Snapshot])
    return ReportRow(*(*row[:7], messages, moment(row[8]), row[9], row[10] or ""))


_REPORTS = """
SELECT report.id, room_id, room_name, number, author_id, category, report_text, snapshot,
       reported_at, outcome, reporter.username AS reporter
FROM report LEFT JOIN user_account AS reporter ON reporter.id = reporter_id
WHERE reported_at >= $1
"""
_FOR_OWNERS = """
is_for_owners AND NOT EXISTS (
    SELECT 1 FROM membership WHERE membership.room_id = report.room_id
    AND membership.user_id = report.author_id AND membership.role = 'owner')
"""
_LATEST = f"ORDER BY CASE WHEN outcome IS NULL THEN 0 ELSE 1 END, report.id DESC LIMIT {LISTED_MAX}"
