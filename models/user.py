"""People and their passwords."""

import asyncio
import re
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ParamSpec, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from tortoise import fields
from tortoise.exceptions import IntegrityError
from tortoise.models import Model
from tortoise.timezone import now

from models.database import storable
from models.errors import Refusal

P = ParamSpec("P")
R = TypeVar("R")

# OWASP's second profile: 19 MiB, two passes, one lane; about 20 ms of one core. More memory would
# let a handful of simultaneous logins push a small server into swap.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Checked against when the name is unknown, so that the answer takes the same time.
_nobodys_hash = _hasher.hash("nobody has this password")
_hashing = asyncio.Semaphore(2)

_USERNAME = re.compile(r"[^\W_][\w.-]*")


class User(Model):
    """Somebody who can log in.

    `username` is kept as it was typed; `username_key` is what makes it unique: two names that
    differ in case or in the way their letters are composed are one.
    """

    USERNAME_MIN = 2
    USERNAME_MAX = 32
    KEY_MAX = 4 * USERNAME_MAX
    DISPLAY_NAME_MAX = 64
    PASSWORD_MIN = 8
    PASSWORD_MAX = 256
    LAST_SEEN_STEP = timedelta(minutes=1)

    id = fields.BigIntField(primary_key=True)
    username = fields.CharField(max_length=USERNAME_MAX)
    username_key = fields.CharField(max_length=KEY_MAX, unique=True)
    password_hash = fields.CharField(max_length=128)
    created_at = fields.DatetimeField(auto_now_add=True)
    # What others see instead of the username, and how this user wants the pages: "" is for the
    # username, the browser's language and look, and the language's way to write the time.
    display_name = fields.CharField(max_length=DISPLAY_NAME_MAX, default="", db_default="")
    language = fields.CharField(max_length=8, default="", db_default="")
    theme = fields.CharField(max_length=8, default="", db_default="")
    time_format = fields.CharField(max_length=8, default="", db_default="")
    last_seen: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "user_account"  # `user` is a reserved word in PostgreSQL.
        table_description = "People who can log in"

    @classmethod
    async def register(cls, username: str, password: str) -> "User":
        """Store a new user.

        Raises:
            Refusal: bad_username, bad_password, username_taken.
        """
        username = _checked_username(username)
        _check_new_password(password)
        key = username_key(username)
        if await cls.exists(username_key=key):
            raise Refusal("username_taken")
        password_hash = await _in_thread(_hasher.hash, password)
        try:
            return await cls.create(
                username=username, username_key=key, password_hash=password_hash
            )
        except IntegrityError:  # Somebody else took it while we were hashing.
            raise Refusal("username_taken") from None

    @classmethod
    async def authenticate(cls, username: str, password: str) -> "User":
        """The user with this name and password; as slow for unknown names as for known ones.

        Raises:
            Refusal: bad_credentials.
        """
        user = await cls.named(username)
        password_hash = user.password_hash if user else _nobodys_hash
        matches = await _in_thread(_verify, password_hash, password[: cls.PASSWORD_MAX + 1])
        if user is None or not matches:
            raise Refusal("bad_credentials")
        return user

    @property
    def shown_name(self) -> str:
        """What others see."""
        return self.display_name or self.username

    async def change_password(self, password: str, new: str) -> None:
        """Raises Refusal: wrong_password, bad_password."""
        known = await _in_thread(_verify, self.password_hash, password[: self.PASSWORD_MAX + 1])
        if not known:
            raise Refusal("wrong_password")
        _check_new_password(new)
        self.password_hash = await _in_thread(_hasher.hash, new)
        await User.filter(id=self.id).update(password_hash=self.password_hash)

    async def leave(self) -> None:
        """The user has gone offline. Stored at most once a minute, however often they come and
        go; a page says it in minutes.
        """
        moment = now()
        if self.last_seen is None or moment - self.last_seen > self.LAST_SEEN_STEP:
            await User.filter(id=self.id).update(last_seen=moment)

    @classmethod
    async def named(cls, username: str) -> "User | None":
        """The user with this name, in whatever case it is written."""
        key = username_key(username)
        if len(key) > cls.KEY_MAX or not storable(key):
            return None
        return await cls.get_or_none(username_key=key)


def username_key(username: str) -> str:
    """What two spellings of one name have in common."""
    return unicodedata.normalize("NFKC", username.strip()).casefold()


def _checked_username(username: str) -> str:
    username = unicodedata.normalize("NFC", username.strip())
    if (
        not User.USERNAME_MIN <= len(username) <= User.USERNAME_MAX
        or not _USERNAME.fullmatch(username)
        or len(username_key(username)) > User.KEY_MAX
    ):
        raise Refusal("bad_username", min=User.USERNAME_MIN, max=User.USERNAME_MAX)
    return username


def _check_new_password(password: str) -> None:
    if not User.PASSWORD_MIN <= len(password) <= User.PASSWORD_MAX or not _encodable(password):
        raise Refusal("bad_password", min=User.PASSWORD_MIN, max=User.PASSWORD_MAX)


def _encodable(text: str) -> bool:
    return text.isprintable() or text.encode(errors="ignore").decode() == text


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, UnicodeEncodeError):
        return False


async def _in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    # Argon2 releases the GIL; two at a time, so that a burst of logins leaves the loop its core.
    async with _hashing:
        return await asyncio.to_thread(function, *args, **kwargs)
