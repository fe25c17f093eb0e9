"""What the JSON API shows of accounts and logins."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from protocol.appearance import StatusView
from protocol.encoding import Timestamp


class UserView(Struct):
    """A user who was registered, logged in, or let into a room."""

    id: int
    username: str
    display_name: str | UnsetType = UNSET
    is_invited: Literal[True] | UnsetType = UNSET


class ProfileView(Struct):
    """What somebody has chosen for themselves; "" where nothing was."""

    id: int
    username: str
    display_name: str
    language: str
    theme: str
    time_format: str
    time_zone: str
    presence: str
    status: StatusView | None
    picture: str


class LoginView(Struct):
    """One login; `is_current` of the one that asks; `is_new`: begun in a browser that the account
    did not know, until its owner has seen it.
    """

    id: int
    user_agent: str
    created_at: Timestamp
    last_used_at: Timestamp
    is_current: bool
    is_new: Literal[True] | UnsetType = UNSET


class LoginList(Struct):
    """The logins of one user, the latest used first."""

    sessions: list[LoginView]


class PasskeyView(Struct):
    """One passkey."""

    id: int
    label: str
    created_at: Timestamp
    last_used_at: Timestamp | None


class FactorsView(Struct):
    """What a password alone is not enough beside: `totp`, codes by an app, and passkeys."""

    totp: bool
    recovery_codes_left: int
    passkeys: list[PasskeyView]


class TotpView(Struct):
    """What goes into an app: the secret in base32, and in an otpauth:// address."""

    secret: str
    address: str


class CodesView(Struct):
    """New recovery codes, shown this once; none where those of before are still good."""

    recovery_codes: list[str]


class IdentityView(Struct):
    """An account of an OpenID provider that logs in to one's own."""

    id: int
    issuer: str
    created_at: Timestamp
    last_used_at: Timestamp | None


class IdentitiesView(Struct):
    """All of them; `provider` is what the one of this server is called, null: there is none."""

    provider: str | None
    identities: list[IdentityView]


class EmailView(Struct):
    """Where somebody gets mail: the address that is confirmed, the one that is still to be, and
    whether they are told of what they have missed. null: there is none.
    """

    address: str | None
    pending: str | None
    digest: bool
