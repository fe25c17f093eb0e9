"""What people choose for themselves: what others call them, and how their pages look."""

import unicodedata
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType
from tortoise.backends.base.client import BaseDBAsyncClient

from errors import Refusal
from models.choices import HIDDEN, Presence, StatusChoice
from models.database import atomically
from models.locks import lock_users
from models.name_key import NameKey
from models.names import LONGEST, bare, can_be_display_name, display_keys
from models.queries.read_marks import show_reading
from models.time_zones import time_zone_of, zone_of
from models.user import User

Language = Literal["", "ru", "en"]
Theme = Literal["", "light", "dark"]
TimeFormat = Literal["", "24", "12"]
# Stored as they are.
_PLAIN = (
    "display_name",
    "language",
    "theme",
    "time_format",
    "time_zone",
    "browser_time_zone",
)
ZoneName = Annotated[str, Meta(max_length=64)]


class Profile(Struct, frozen=True, omit_defaults=True):
    """Choices to keep; what is unset stays as it is. "" is for: the username, the browser's
    language, look and time zone, and the language's own way to write the time. A page says which
    time zone its browser is in.
    """

    display_name: str | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    theme: Theme | UnsetType = UNSET
    time_format: TimeFormat | UnsetType = UNSET
    presence: Presence | UnsetType = UNSET
    status: StatusChoice | UnsetType | None = UNSET
    time_zone: ZoneName | UnsetType = UNSET
    browser_time_zone: ZoneName | UnsetType = UNSET

    async def save(self, user: User) -> None:
        """Store these choices of the user.

        Raises:
            Refusal: bad_display_name; username_taken, when it is or looks like somebody else's
                username; bad_time_zone, bad_status; unauthorized, for who was deleted meanwhile.
        """
        choices = self._columns(user)
        if isinstance(self.display_name, UnsetType):
            await _store(user, choices)
            return
        name = choices["display_name"] = _checked_display_name(self.display_name)
        await _refuse_username_of_another(user, name)
        await _store(user, choices)
        # Asked again when it can be seen by whoever registers this moment, and asks in turn.
        try:
            await _refuse_username_of_another(user, name)
        except Refusal:
            await _store(user, {"display_name": ""})
            raise

    def _columns(self, user: User) -> dict[str, Any]:
        """What is to be stored of the user's account."""
        columns: dict[str, Any] = {
            name: value for name in _PLAIN if (value := getattr(self, name)) is not UNSET
        }
        for name in ("time_zone", "browser_time_zone"):
            if columns.get(name) and zone_of(columns[name]) is None:
                raise Refusal("bad_time_zone")
        if not isinstance(self.presence, UnsetType):
            columns["presence_choice"] = self.presence
        if not isinstance(self.status, UnsetType):
            status = (self.status or StatusChoice()).checked()
            columns["status_emoji"], columns["status_text"] = status.emoji, status.text
            columns["status_until"] = status.until(time_zone_of(user), user.status_until)
        return columns


async def set_picture(user_id: int, picture: str) -> tuple[User, str]:
    """The user has this picture now, or none by "". Returns them, and the picture of before.

    Raises:
        Refusal: unauthorized, for who was disabled or deleted while it was made.
    """

    async def work(connection: BaseDBAsyncClient) -> tuple[User, str]:
        await lock_users({user_id}, connection)
        user = await User.get(id=user_id, using_db=connection)
        if not user.may_log_in:
            raise Refusal("unauthorized")
        before, user.picture = user.picture, picture
        await user.save(update_fields=["picture"], using_db=connection)
        return user, before

    return await atomically(work)


async def _store(user: User, choices: dict[str, Any]) -> None:
    async def work(connection: BaseDBAsyncClient) -> None:
        # What is left of a deleted account gets no name, nor anything else.
        theirs = User.filter(id=user.id).exclude(state=User.DELETED).using_db(connection)
        if not await theirs.update(**choices):
            raise Refusal("unauthorized")
        if (name := choices.get("display_name")) is not None:
            await NameKey.show(user.id, display_keys(name), connection)
        if choices.get("presence_choice", HIDDEN) != HIDDEN:
            await show_reading(user.id, connection)

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
