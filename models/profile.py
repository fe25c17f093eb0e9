"""What people choose for themselves: what others call them, and how their pages look."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType, to_builtins

from models.errors import Refusal
from models.user import User

Language = Literal["", "ru", "en"]
Theme = Literal["", "light", "dark"]
TimeFormat = Literal["", "24", "12"]

# They make one emoji of two, and some scripts need them; by themselves they are nothing to see.
_JOINERS = str.maketrans("", "", "\u200c\u200d")


class Profile(Struct, frozen=True, omit_defaults=True):
    """Choices to keep; what is unset stays as it is. "" is for: the username, the browser's
    language and look, and the language's own way to write the time.
    """

    display_name: str | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    theme: Theme | UnsetType = UNSET
    time_format: TimeFormat | UnsetType = UNSET

    async def keep(self, user: User) -> None:
        """Store these choices of the user.

        Raises:
            Refusal: bad_display_name; username_taken, when it is somebody else's username.
        """
        choices: dict[str, str] = to_builtins(self)
        if "display_name" in choices:
            choices["display_name"] = await _free_name(choices["display_name"], user)
        if choices:
            await User.filter(id=user.id).update(**choices)
            user.update_from_dict(choices)


async def _free_name(name: str, user: User) -> str:
    """The name without space around it; "" for none."""
    name = " ".join(name.split())
    visible = name.translate(_JOINERS)
    if len(name) > User.DISPLAY_NAME_MAX or not visible.isprintable():
        raise Refusal("bad_display_name", max=User.DISPLAY_NAME_MAX)
    other = await User.named(visible)
    if other and other.id != user.id:  # Nobody passes for somebody else by so little.
        raise Refusal("username_taken")
    return name if visible else ""
