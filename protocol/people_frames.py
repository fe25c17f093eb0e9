"""The frames that tell of people: whether they are there, and what they look like."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from protocol.appearance import Appearance
from translations import gettext


class UserStatus(Struct, tag="user_status"):
    """Somebody has come online or gone; `message` says so in a sentence. See `user_status`.
    `presence` is what they are to be seen as.
    """

    user_id: int
    username: str
    is_online: bool
    message: str
    display_name: str | UnsetType = UNSET
    presence: Literal["away", "dnd"] | UnsetType = UNSET


class UserChanged(Appearance, tag="user_changed", kw_only=True):
    """Somebody looks like this from now on: their display name, "" for none, and all else that
    others see of them; what is left out they have not, or no longer.
    """

    user_id: int
    username: str
    display_name: str


def user_status(
    user_id: int,
    username: str,
    is_online: bool,
    locale: str,
    display_name: str = "",
    presence: Literal["away", "dnd"] | UnsetType = UNSET,
) -> UserStatus:
    """The frame with its sentence in this language."""
    sentence = "%(username)s is online" if is_online else "%(username)s is offline"
    text = gettext(locale, sentence, username=display_name or username)
    return UserStatus(user_id, username, is_online, text, display_name or UNSET, presence)
