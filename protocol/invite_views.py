"""What the JSON API shows of the links by which people come."""

from msgspec import UNSET, Struct, UnsetType

from protocol.encoding import Timestamp
from protocol.people_views import PersonView


class InviteUseView(PersonView):
    """Somebody who came by a link, and when."""

    at: Timestamp


class InviteView(Struct, kw_only=True):
    """A link, as those see it who may revoke it. `room_id` is None for one to the server,
    `uses_max` for one by which any number may come, `expires_at` for one that does not expire.
    `state` is "good", "used_up", "expired" or "revoked". `people` are who came by it, the latest
    first.
    """

    id: int
    room_id: int | None
    made_by: PersonView
    uses_max: int | None
    uses: int
    created_at: Timestamp
    expires_at: Timestamp | None
    state: str
    people: list[InviteUseView]


class NewInviteView(InviteView, kw_only=True):
    """The same when it has been made: its token is shown this once."""

    token: str
    url: str


class InviteList(Struct):
    """The latest links, the newest first."""

    invites: list[InviteView]


class OfferView(Struct, kw_only=True):
    """What a link offers to whoever has it. `can_register` is whether they can make an account by
    it; `room_id` and `room_name` are left out of one to the server.
    """

    site_name: str
    invited_by: PersonView
    can_register: bool
    room_id: int | UnsetType = UNSET
    room_name: str | UnsetType = UNSET


class AcceptedView(Struct):
    """Where somebody has come by a link; None: to the server alone."""

    room_id: int | None
