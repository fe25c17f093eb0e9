"""From links and who came by them to what the JSON API and the pages show of them."""

from collections.abc import Iterable

from models.queries.invite_links import LinkRow, LinkUse
from models.queries.people import PersonRow
from protocol.encoding import timestamp
from protocol.invite_views import InviteUseView, InviteView
from protocol.people_views import PersonView


def person_view(person: PersonRow) -> PersonView:
    return PersonView(person.id, person.username, person.display_name)


def invite_view(link: LinkRow, uses: Iterable[LinkUse] = ()) -> InviteView:
    """`uses` are those of this link."""
    return InviteView(
        id=link.id,
        room_id=link.room_id,
        made_by=person_view(link.maker),
        uses_max=link.uses_max,
        uses=link.uses,
        created_at=timestamp(link.created_at),
        expires_at=timestamp(link.expires_at) if link.expires_at else None,
        state=link.state,
        people=[_use_view(use) for use in uses],
    )


def _use_view(use: LinkUse) -> InviteUseView:
    person = use.person
    return InviteUseView(person.id, person.username, person.display_name, timestamp(use.at))
