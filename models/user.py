"""People and their passwords."""

import unicodedata
from datetime import datetime, timedelta

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError
from tortoise.models import Model
from tortoise.timezone import now

from errors import Refusal, Text
from models.database import atomically, storable
from models.name_key import NameKey
from models.names import can_be_username, cut_username, means_all, name_keys, username_key
from models.passwords import LENGTH_MAX, LENGTH_MIN, NOBODYS_HASH, check_form, hash_new, is_hash_of


class User(Model):
    """Somebody who can log in.

    `username` is kept as it was typed; `username_key` is what makes it unique: two names that
    differ in case or in the way their letters are composed are one. Those that look alike are kept
    apart by the rows of NameKey.
    """

    USERNAME_MIN = 2
    USERNAME_MAX = 32
    KEY_MAX = 4 * USERNAME_MAX
    DISPLAY_NAME_MAX = 64
    PASSWORD_MIN = LENGTH_MIN
    PASSWORD_MAX = LENGTH_MAX
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
    async def register(
        cls, username: str, password: str, connection: BaseDBAsyncClient | None = None
    ) -> "User":
        """Store a new user; in the transaction of this connection, if there is one.

        Raises:
            Refusal: bad_username, bad_password, weak_password, username_taken, overloaded.
        """
        username = _checked_username(username)
        check_form(password)
        key, keys = username_key(username), name_keys(username)
        if await cls.exists(username_key=key) or await NameKey.are_held(keys):
            raise Refusal("username_taken")
        password_hash = await hash_new(password, username)

        async def work(connection: BaseDBAsyncClient) -> User:
            user = await cls.create(
                username=username,
                username_key=key,
                password_hash=password_hash,
                using_db=connection,
            )
            await NameKey.claim(user.id, keys, connection)
            return user

        try:
            user = await (work(connection) if connection else atomically(work))
        except IntegrityError:  # Somebody else took it while we were hashing.
            raise Refusal("username_taken") from None
        # Display names have no such constraint: asked again when ours can be seen by whoever
        # chooses one at this moment, and asks in turn.
        if not connection and await NameKey.are_held(keys, but=user.id):
            await user.delete()
            raise Refusal("username_taken")
        return user

    @classmethod
    async def authenticate(cls, username: str, password: str) -> "User":
        """The user with this name and password; as slow for unknown names as for known ones.

        Raises:
            Refusal: bad_credentials, overloaded.
        """
        user = await cls.named(username)
        password_hash = user.password_hash if user else NOBODYS_HASH
        matches = await is_hash_of(password_hash, password)
        if user is None or not matches:
            raise Refusal("bad_credentials")
        return user

    @property
    def shown_name(self) -> str:
        """What others see."""
        return self.display_name or self.username

    async def change_password(self, password: str, new: str) -> None:
        """Raises Refusal: wrong_password, bad_password, weak_password, overloaded."""
        if not await is_hash_of(self.password_hash, password):
            raise Refusal("wrong_password")
        self.password_hash = await hash_new(new, self.username, self.display_name)
        await User.filter(id=self.id).update(password_hash=self.password_hash)

    async def store_last_seen(self) -> None:
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


# What people try first is their first and their last name.
_NO_SPACES = [
    "There are no spaces in it: put a dot in their place. Your display name may have them."
]


def _checked_username(username: str) -> str:
    # In the form of NFKC, as what looks the same in other signs is the same.
    username = unicodedata.normalize("NFKC", cut_username(username))
    if (
        not User.USERNAME_MIN <= len(username) <= User.USERNAME_MAX
        or not can_be_username(username)
        or len(username_key(username)) > User.KEY_MAX
    ):
        hint = Text(_NO_SPACES if any(map(str.isspace, username)) else [])
        raise Refusal("bad_username", min=User.USERNAME_MIN, max=User.USERNAME_MAX, hint=hint)
    if means_all(username):
        raise Refusal("username_taken")
    return username
