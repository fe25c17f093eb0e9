"""Rows of bans as views."""

from msgspec import UNSET, UnsetType

from models import HeldMessage, ModerationNotice
from models.queries.people import PersonRow
from models.room_ban import BanRow, ban_refusal
from protocol.encoding import timestamp
from protocol.moderation_views import BanView, HeldView, NoticeView, OwnBanView
from protocol.people_views import PersonView


def ban_view(row: BanRow) -> BanView:
    """For owners of the room."""
    until = timestamp(row.until) if row.until else None
    person = PersonView(row.person.id, row.person.username, row.person.display_name)
    return BanView(person, row.reason, timestamp(row.at), until, _by(row.by))


def own_ban_view(row: BanRow, locale: str) -> OwnBanView:
    """For the one concerned, in their language."""
    until = timestamp(row.until) if row.until else None
    at, text = timestamp(row.at), ban_refusal(row.reason, row.until).text(locale)
    return OwnBanView(row.room_id, row.room_name, row.reason, at, until, text, _by(row.by))


def _by(row: PersonRow | None) -> PersonView | UnsetType:
    return PersonView(row.id, row.username, row.display_name) if row else UNSET


def held_view(row: HeldMessage) -> HeldView:
    """For those who judge; `row` has its room and user."""
    return HeldView(
        id=row.id,
        room_id=row.room_id,
        room_name=row.room.name,
        author=PersonView(row.user.id, row.user.username, row.user.display_name),
        message=row.held_text,
        held_at=timestamp(row.held_at),
    )


def notice_view(row: ModerationNotice) -> NoticeView:
    """For the one concerned."""
    return NoticeView(
        row.id, row.kind, row.room_name, row.amount, row.notice_reason, timestamp(row.noted_at)
    )
