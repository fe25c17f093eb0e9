"""What people choose for themselves: what others call them, and how their pages look."""

import unicodedata
from typing import Literal

from msgspec import UNSET, Struct, UnsetType, to_builtins
from tortoise.backends.base.client import BaseDBAsyncClient

from errors import Refusal
from models.database import atomically
from models.name_key import NameKey
from models.names import LONGEST, bare, can_be_display_name, display_keys
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

    async def save(self, user: User) -> None:
        """Store these choices of the user.

        Raises:
            Refusal: bad_display_name; username_taken, when it is or looks like somebody else's
                username.
        """
        choices: dict[str, str] = to_builtins(self)
        name = choices.get("display_name")
        if name is None:
            await _store(user, choices)
            return
        name = choices["display_name"] = _checked_display_name(name)
        await _refuse_username_of_another(user, name)
        await _store(user, choices)
        # Asked again when it can be seen by whoever registers this moment, and asks in turn.
        try:
            await _refuse_username_of_another(user, name)
        except Refusal:
            await _store(user, {"display_name": ""})
            raise


async def _store(user: User, choices: dict[str, str]) -> None:
    async def work(connection: BaseDBAsyncClient) -> None:
        await User.filter(id=user.id).using_db(connection).update(**choices)
        if (name := choices.get("display_name")) is not None:
            await NameKey.show(user.id, display_keys(name), connection)

    if choices:
        await atomically(work)
        user.update_from_dict(choices)


async def _refuse_username_of_another(user: User, name: str) -> None:
    if not name:
        return
    # Who was here before there were keys may have a name that looks like another's, and no keys.
    others = [await User.named(name), await User.named(bare(name))]
    is_held = await NameKey.are_held(display_keys(name), but=user.id, of_usernames=True)
    if is_held or any(other and other.id != user.id for other in others):
        raise Refusal("username_taken")


def _checked_display_name(name: str) -> str:
    """The name without space around it; "" for none."""
    name = " ".join(name.split())
    # The length first: 64 KiB of marks that are out of order take 0.8 seconds to normalize.
    if len(name) > LONGEST:
        raise Refusal("bad_display_name", max=User.DISPLAY_NAME_MAX)
    name = unicodedata.normalize("NFC", name)
    if len(name) > User.DISPLAY_NAME_MAX or not (name == "" or can_be_display_name(name)):
        raise Refusal("bad_display_name", max=User.DISPLAY_NAME_MAX)
    return name
