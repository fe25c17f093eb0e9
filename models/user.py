"""People and their passwords."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError
from tortoise.models import Model
from tortoise.timezone import now

from errors import Refusal
from models.choices import Choices
from models.database import atomically, storable
from models.name_key import NameKey
from models.names import name_keys, username_key
from models.passwords import (
    LENGTH_MAX,
    LENGTH_MIN,
    NO_HASH,
    NOBODYS_HASH,
    check_form,
    hash_new,
    is_hash_of,
)
from models.usernames import LONGEST, LONGEST_KEY, SHORTEST, checked_username


class User(Choices, Model):
    """Somebody who can log in.

    `username` is kept as it was typed; `username_key` is what makes it unique: two names that
    differ in case or in the way their letters are composed are one. Those that look alike are kept
    apart by the rows of NameKey.
    """

    USERNAME_MIN = SHORTEST
    USERNAME_MAX = LONGEST
    KEY_MAX = LONGEST_KEY
    DISPLAY_NAME_MAX = 64
    PASSWORD_MIN = LENGTH_MIN
    PASSWORD_MAX = LENGTH_MAX
    LAST_SEEN_STEP = timedelta(minutes=1)
    ADMIN = "admin"  # The role of administrators; everybody else has "".
    WAITING = "waiting"  # Has registered, and an administrator has not yet let them in.
    DISABLED = "disabled"
    DELETED = "deleted"  # What is left of an account: see models/account_erasure.py.

    id = fields.BigIntField(primary_key=True)
    username = fields.CharField(max_length=USERNAME_MAX)
    username_key = fields.CharField(max_length=KEY_MAX, unique=True)
    password_hash = fields.CharField(max_length=128)
    created_at = fields.DatetimeField(auto_now_add=True)
    # What others see instead of the username, if anything.
    display_name = fields.CharField(max_length=DISPLAY_NAME_MAX, default="", db_default="")
    last_seen: datetime | None = fields.DatetimeField(null=True)
    server_role = fields.CharField(max_length=8, default="", db_default="")
    # "" for whoever may log in; why not, and until when, None: until an administrator says so.
    state = fields.CharField(max_length=8, default="", db_default="")
    state_reason = fields.CharField(max_length=500, default="", db_default="")
    state_until: datetime | None = fields.DatetimeField(null=True)
    # Whether the password alone logs nobody in; kept by models/second_factors.py.
    has_factor = fields.BooleanField(default=False, db_default=False)

    # Whether this administrator has to set up a second factor before they have any rights.
    needs_factor = False

    class Meta:
        table = "user_account"  # `user` is a reserved word in PostgreSQL.
        table_description = "People who can log in"

    @classmethod
    async def register(
        cls,
        username: str,
        password: str,
        connection: BaseDBAsyncClient | None = None,
        admit: "Admit | None" = None,
    ) -> "User":
        """Store a new user; in the transaction of this connection, if there is one. `admit` is
        called in it with the stored user, and refuses whoever may not have an account.

        Raises:
            Refusal: bad_username, bad_password, weak_password, username_taken, overloaded; and
                whatever `admit` refuses.
        """
        username, password_hash = await cls.prepared(username, password)

        async def work(connection: BaseDBAsyncClient) -> User:
            user = await cls.add(username, password_hash, connection)
            if admit:
                await admit(user, connection)
            return user

        try:
            user = await (work(connection) if connection else atomically(work))
        except IntegrityError:  # Somebody else took it while we were hashing.
            raise Refusal("username_taken") from None
        # Display names have no such constraint: asked again when ours can be seen by whoever
        # chooses one at this moment, and asks in turn.
        if not connection and await NameKey.are_held(name_keys(username), but=user.id):
            await user.delete()
            raise Refusal("username_taken")
        return user

    @classmethod
    async def prepared(cls, username: str, password: str) -> tuple[str, str]:
        """The name as it would be stored, and the hash of the password.

        Raises:
            Refusal: bad_username, bad_password, weak_password, username_taken, overloaded.
        """
        username = checked_username(username)
        check_form(password)
        username = await cls.free_username(username)
        return username, await hash_new(password, username)

    @classmethod
    async def free_username(cls, username: str) -> str:
        """The name as it would be stored.

        Raises:
            Refusal: bad_username, username_taken.
        """
        username = checked_username(username)
        taken = await cls.exists(username_key=username_key(username))
        if taken or await NameKey.are_held(name_keys(username)):
            raise Refusal("username_taken")
        return username

    @classmethod
    async def add(cls, username: str, password_hash: str, connection: BaseDBAsyncClient) -> "User":
        """Store a row, under a name that was checked; IntegrityError where it is taken."""
        user = await cls.create(
            username=username,
            username_key=username_key(username),
            password_hash=password_hash,
            using_db=connection,
        )
        await NameKey.claim(user.id, name_keys(username), connection)
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

    def check_may_log_in(self) -> None:
        """Raises Refusal: awaiting_approval, account_disabled, account_disabled_until."""
        if self.may_log_in:
            return
        if self.state == self.WAITING:
            raise Refusal("awaiting_approval")
        if self.state_until is None:
            raise Refusal("account_disabled", reason=self.state_reason)
        until = self.state_until.strftime("%Y-%m-%d %H:%M UTC")
        raise Refusal("account_disabled_until", reason=self.state_reason, until=until)

    @property
    def may_log_in(self) -> bool:
        """Whether nobody has disabled this account, or the time of that is over."""
        if self.state == self.DISABLED and self.state_until is not None:
            return self.state_until <= now()
        return not self.state

    @property
    def is_admin(self) -> bool:
        """Whether they have the rights of an administrator at this moment."""
        return self.server_role == self.ADMIN and not self.needs_factor

    @property
    def has_password(self) -> bool:
        """Whether they can log in by a password; some come by an OpenID provider alone."""
        return self.password_hash != NO_HASH

    @property
    def shown_name(self) -> str:
        """What others see."""
        return self.display_name or self.username

    @property
    def is_deleted(self) -> bool:
        """Whether this is no account any more, but what is left of one."""
        return self.state == self.DELETED

    async def check_password(self, password: str) -> None:
        """Raises Refusal: wrong_password, overloaded."""
        if not await is_hash_of(self.password_hash, password):
            raise Refusal("wrong_password")

    async def change_password(self, password: str, new: str) -> None:
        """Raises Refusal: wrong_password, bad_password, weak_password, overloaded."""
        if self.has_password:  # Else this is the first one.
            await self.check_password(password)
        password_hash = await hash_new(new, self.username, self.display_name)
        # Hashing takes its time: a reset meanwhile is not undone by who knew the one before it.
        mine = User.filter(id=self.id, password_hash=self.password_hash)
        if not await mine.update(password_hash=password_hash):
            raise Refusal("wrong_password")
        self.password_hash = password_hash

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
        return await cls.exclude(state=cls.DELETED).get_or_none(username_key=key)


Admit = Callable[[User, BaseDBAsyncClient], Awaitable[None]]
