"""What the JSON API shows to administrators, and of access tokens to whom they are."""

from msgspec import Raw, Struct

from protocol.encoding import Timestamp
from protocol.invite_views import InviteView
from protocol.people_views import PersonView


class TokenView(Struct, kw_only=True):
    """An access token; the secret itself is told once, when it is made."""

    id: int
    name: str
    scopes: list[str]
    created_at: Timestamp
    last_used_at: Timestamp | None
    expires_at: Timestamp | None


class NewTokenView(TokenView, kw_only=True):
    """One that has just been made."""

    token: str


class TokenList(Struct):
    """The tokens of one user, the latest first."""

    tokens: list[TokenView]


class AccountView(Struct, kw_only=True):
    """An account as administrators see it. `role` is admin or member, `state` active, waiting or
    disabled; `has_factor`: the password alone logs nobody in.
    """

    id: int
    username: str
    display_name: str
    role: str
    state: str
    state_reason: str
    state_until: Timestamp | None
    created_at: Timestamp
    last_seen: Timestamp | None
    login_count: int
    owned_count: int
    has_factor: bool


class NewAccountView(AccountView, kw_only=True):
    """One that has just been made, with the link by which its owner chooses a password."""

    reset_url: str


class AccountList(Struct):
    """A page of accounts; `cursor` asks for the next one, None: there is none."""

    people: list[AccountView]
    cursor: int | None


class ResetLink(Struct):
    """A link by which somebody chooses another password, once, within a day."""

    reset_url: str


class ClaimLinkView(Struct):
    """A link by which somebody comes into the account that an import has made for them, once."""

    id: int
    username: str
    display_name: str
    url: str


class ClaimLinkList(Struct):
    """Those that have been made; `left` accounts have none yet."""

    links: list[ClaimLinkView]
    left: int


class AdminRoomView(Struct, kw_only=True):
    """A room as administrators see it who need not be in it: no word of what is said there."""

    id: int
    name: str
    created_at: Timestamp
    last_message_at: Timestamp | None
    is_archived: bool
    message_count: int
    member_count: int
    owners: list[PersonView]


class AdminRoomList(Struct):
    """A page of rooms; `cursor` as in AccountList."""

    rooms: list[AdminRoomView]
    cursor: int | None


class AdminInviteView(InviteView, kw_only=True):
    """A link as administrators see it; `room_name` is None for one to the server."""

    room_name: str | None


class AdminInviteList(Struct):
    """A page of links; `cursor` as in AccountList."""

    invites: list[AdminInviteView]
    cursor: int | None


class SettingsView(Struct):
    """What is so for the whole server."""

    site_name: str
    registration: str
    members_invite: bool
    limits_new_accounts: bool
    admins_need_factor: bool


class AuditView(Struct, kw_only=True):
    """One act. Names are None for nobody, and for who or what is no more. `details` are as they
    were stored, as JSON.
    """

    id: int
    at: Timestamp
    action: str
    actor_id: int | None
    actor: str | None
    user_id: int | None
    username: str | None
    room_id: int | None
    room: str | None
    reason: str
    details: Raw


class AuditList(Struct):
    """A page of the log; `cursor` as in AccountList."""

    entries: list[AuditView]
    cursor: int | None
