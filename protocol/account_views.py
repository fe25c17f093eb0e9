"""What the JSON API shows of accounts and logins."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

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


class LoginView(Struct):
    """One login; `is_current` of the one that asks."""

    id: int
    user_agent: str
    created_at: Timestamp
    last_used_at: Timestamp
    is_current: bool


class LoginList(Struct):
    """The logins of one user, the latest used first."""

    sessions: list[LoginView]
