"""What people choose for themselves: what others call them, and how their pages look."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType, to_builtins

from models.errors import Refusal
from models.user import User

Language = Literal["", "ru", "en"]
Theme = Literal["", "light", "dark"]
TimeFormat = Literal["", "24", "12"]


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
            Refusal: bad_display_name.
        """
        choices: dict[str, str] = to_builtins(self)
        if "display_name" in choices:
            choices["display_name"] = checked_display_name(choices["display_name"])
        if choices:
            await User.filter(id=user.id).update(**choices)
            user.update_from_dict(choices)


def checked_display_name(name: str) -> str:
    """The name without space around it; "" for none.

    Raises:
        Refusal: bad_display_name.
    """
    name = " ".join(name.split())
    if len(name) > User.DISPLAY_NAME_MAX or not name.isprintable():
        raise Refusal("bad_display_name", max=User.DISPLAY_NAME_MAX)
    return name
