"""From rows to views: the one place where what is stored becomes what the protocol shows."""

from collections.abc import Collection, Iterable
from typing import Any, Literal

from msgspec import UNSET, UnsetType

from models import Membership, StoredMessage
from models.invitation import InvitationRow
from models.membership import MemberRow
from models.message_commands import DELETED, REACTIONS
from models.queries.people import PersonRow
from models.queries.room_events import RoomEvent
from models.queries.room_list import ListedRoom
from models.queries.room_rows import RoomRow
from models.room_change import REMOVAL
from models.stored_message import EVERYBODY
from protocol.encoding import optional_timestamp, timestamp
from protocol.markup import to_html
from protocol.people_views import MemberView, PersonView
from protocol.server_frames import MessageChanged, MessageSent
from protocol.views import (
    FoundView,
    InvitationItem,
    ListItem,
    MessageView,
    ReactionView,
    RoomDetails,
    RoomEventView,
    RoomItem,
    RoomMessageView,
)
from realtime.appearance_views import dressed, partner_view
from realtime.file_views import file_view
from realtime.last_message import last_message
from realtime.quote_views import quote_view
from translations import gettext


def message_view(row: StoredMessage, locale: str, is_read: bool = False) -> MessageView:
    """`is_read`: whether somebody other than the author has read up to it. `locale` is of the
    sentence in the place of a deleted text.
    """
    if row.kind is None and row.reply_to is None and not row.mentions and not row.files:
        return MessageView(*_base(row, is_read))
    return MessageView(*_all(row, locale, is_read))


def message_changed(
    row: StoredMessage, what: str, by: int, locale: str, is_read: bool
) -> MessageChanged:
    """What was done to a message, and what it is now."""
    fields = _all(row, locale, is_read)
    told = "reactions" if what in REACTIONS else DELETED if what == REMOVAL else what
    return MessageChanged(*fields, what=told, by=by)


def room_message_view(row: StoredMessage, locale: str, is_read: bool) -> RoomMessageView:
    """A message in a list of messages of several rooms."""
    return RoomMessageView(*_all(row, locale, is_read), room_id=row.room_id)


def found_view(row: StoredMessage, locale: str, is_read: bool, excerpt: str) -> FoundView:
    """A message that was looked for, with this part of its text as HTML."""
    return FoundView(*_all(row, locale, is_read), room_id=row.room_id, excerpt=excerpt)


def _base(row: StoredMessage, is_read: bool) -> tuple[Any, ...]:
    # By position: named arguments cost 60 ns more for each message.
    return (
        row.message_id,
        row.body,
        row.author_id,
        row.username,
        timestamp(row.created_at),
        is_read,
        row.change,
        row.client_id or UNSET,
        row.display_name or UNSET,
        to_html(row.body) or UNSET,
    )


def _all(row: StoredMessage, locale: str, is_read: bool) -> tuple[Any, ...]:
    base = _base(row, is_read)
    if row.is_deleted:
        text = gettext(locale, "Message deleted")
        nothing = (UNSET,) * 5
        kept = (row.thread or UNSET, UNSET, _deleted_by(row))
        return (*base[:1], text, *base[2:9], *nothing[:3], True, *nothing, *kept)
    return (
        *base,
        quote_view(row.quote, locale, is_edited_since=row.is_edited_since) if row.quote else UNSET,
        timestamp(row.edited_at) if row.edited_at else UNSET,
        UNSET,
        [user_id for user_id in row.mentions if user_id != EVERYBODY] or UNSET,
        _flag(EVERYBODY in row.mentions),
        [ReactionView(each.emoji, each.count, each.user_ids) for each in row.tallies] or UNSET,
        _flag(row.pin_change is not None),
        _flag(row.is_edited_after_read),
        row.thread or UNSET,
        *(UNSET, UNSET),
        [file_view(each) for each in row.files] or UNSET,
    )


def _deleted_by(row: StoredMessage) -> int | UnsetType:
    return row.changed_by if row.changed_by and row.changed_by != row.author_id else UNSET


def message_sent(message: MessageView) -> MessageSent:
    """What its sender is told of a message that was stored, now or before."""
    return MessageSent(
        message.message_id,
        message.message,
        message.timestamp.rfc3339,
        message.client_id,
        message.html,
    )


def person_views(rows: Iterable[PersonRow]) -> list[PersonView]:
    return [_person_view(row) for row in rows]


def _person_view(row: PersonRow) -> PersonView:
    return PersonView(row.id, row.username, row.display_name)


def room_event_view(row: RoomEvent) -> RoomEventView:
    return RoomEventView(
        row.change,
        row.kind,
        row.after,
        timestamp(row.created_at),
        _person_view(row.person) if row.person else UNSET,
        _person_view(row.actor) if row.actor else UNSET,
        row.removal.count if row.removal else UNSET,
        (row.removal.reason or UNSET) if row.removal else UNSET,
    )


def member_view(
    row: MemberRow, *, is_online: bool, is_private: bool = False, is_ambiguous: bool = False
) -> MemberView:
    """`is_private`: whether their presence and reading are kept from who sees this;
    `is_ambiguous`: whether another member's name looks like theirs.
    """
    is_shown = is_online and not is_private
    view = MemberView(
        id=row.id,
        username=row.username,
        display_name=row.display_name,
        role=row.role,
        last_read=0 if is_private else row.last_read,
        last_seen=None if is_private else optional_timestamp(row.last_seen),
        is_presence_hidden=_flag(is_private),
        is_online=is_shown,
        is_ambiguous=_flag(is_ambiguous),
    )
    dressed(view, row, is_online=is_shown)
    if is_private:
        view.status = UNSET
    return view


def list_item(row: ListedRoom, online: Collection[int]) -> ListItem:
    """A room of the list, or an invitation. `online` are the users who are, the partner or others
    among them.
    """
    if isinstance(row, InvitationRow):
        return _invitation_item(row)
    return RoomItem(
        id=row.id,
        name=row.name,
        kind=row.kind,
        revision=row.revision,
        last_message_at=optional_timestamp(row.last_message_at),
        role=row.role,
        last_read=row.last_read,
        unread_from=row.unread_from,
        is_muted=row.is_muted,
        unread_count=row.unread_count,
        mention_count=row.mention_count,
        level=row.level,
        partner=partner_view(row.partner, online) if row.partner else UNSET,
        is_request=_flag(row.is_request),
        is_hidden=_flag(row.is_hidden),
        is_blocked=_flag(row.is_blocked),
        # What a stranger writes is seen by whoever opens the request.
        last_message=last_message(row.last) if row.last and not row.is_request else UNSET,
        change=row.change if row.is_latest_deleted else UNSET,
        has_draft=_flag(row.has_draft),
        history_from=row.from_number or UNSET,
        is_archived=_flag(row.is_archived),
        picture=_picture(row.id, row.picture),
    )


def partners(rows: Iterable[ListedRoom]) -> set[int]:
    """Of these rooms, the partners whose presence may be told: for `list_item`."""
    return {
        row.partner.id
        for row in rows
        if isinstance(row, RoomRow) and row.partner and not row.partner.is_presence_hidden
    }


def _invitation_item(row: InvitationRow) -> InvitationItem:
    return InvitationItem(
        id=row.room_id,
        name=row.room_name,
        last_message_at=timestamp(row.created_at),
        invited_by=_person_view(row.by),
    )


def room_details(member: Membership, members: list[MemberView]) -> RoomDetails:
    """The room as this member sees it. A direct conversation goes by the name of the other one."""
    others = (each for each in members if each.id != member.user_id)
    partner = next(others, None) if member.room.is_direct else None
    return RoomDetails(
        id=member.room_id,
        name=partner.shown_name if partner else member.room.name,
        kind=member.room.kind,
        revision=member.room.revision,
        role=member.role,
        last_read=member.last_read,
        unread_from=member.unread_from,
        is_muted=member.is_muted,
        members=members,
        is_request=_flag(member.request != Membership.ACCEPTED),
        is_hidden=_flag(member.is_hidden),
        is_blocked=_flag(member.is_blocked),
        is_archived=_flag(member.room.is_archived),
        history_from=member.bound or UNSET,
        picture=_picture(member.room_id, member.room.picture),
    )


def _picture(room_id: int, key: str) -> str | UnsetType:
    """As it stands in addresses: who fetches it is asked for the room."""
    return f"{room_id}-{key}" if key else UNSET


def _flag(is_so: bool) -> Literal[True] | UnsetType:
    """On the wire there is `true`, or nothing."""
    return True if is_so else UNSET
