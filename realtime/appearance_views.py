"""From what somebody has chosen to what others see of it."""

from collections.abc import Collection
from typing import Literal, TypeVar, cast

from msgspec import UNSET, UnsetType

from models import choices
from models.queries.room_rows import PartnerRow
from protocol.appearance import Appearance, StatusView
from protocol.encoding import optional_timestamp, timestamp
from protocol.people_views import PartnerView

V = TypeVar("V", bound=Appearance)
PresenceView = Literal["away", "dnd"]


def presence_view(choice: str, *, is_online: bool) -> PresenceView | UnsetType:
    """Nothing of whoever is not there, and of whoever is there as usual."""
    is_told = is_online and choice in (choices.AWAY, choices.BUSY)
    return cast("PresenceView", choice) if is_told else UNSET


def status_view(person: choices.Appearance) -> StatusView | UnsetType:
    """Their status of this moment."""
    if not choices.has_status(person):
        return UNSET
    until = person.status_until
    ends = timestamp(until) if until else UNSET
    return StatusView(person.status_emoji, person.status_text, ends)


def dressed(view: V, person: choices.Appearance, *, is_online: bool) -> V:
    """The view, with what this person is to be seen as."""
    view.presence = presence_view(person.presence_choice, is_online=is_online)
    view.status = status_view(person)
    view.picture = person.picture or UNSET
    return view


def partner_view(row: PartnerRow, online: Collection[int]) -> PartnerView:
    """The other one of a direct conversation, who may be among those who are `online`."""
    is_online = row.id in online and not row.is_presence_hidden
    return PartnerView(
        id=row.id,
        username=row.username,
        display_name=row.display_name,
        last_seen=None if row.is_presence_hidden else optional_timestamp(row.last_seen),
        is_presence_hidden=True if row.is_presence_hidden else UNSET,
        is_online=is_online,
        presence=presence_view(row.presence_choice, is_online=is_online),
        picture=row.picture or UNSET,
    )
