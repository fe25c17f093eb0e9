"""Logins: one row each, so that one can be ended without changing anybody's password."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.expressions import F
from tortoise.functions import Coalesce
from tortoise.models import Model
from tortoise.timezone import now

from errors import Refusal
from models.sql.fast_path import as_stored, look_up
from models.sql.objects import column_count, columns, from_row
from models.user import User


@dataclass(frozen=True)
class Lifetimes:
    """How long logins live: from their beginning on, and after they were last used."""

    absolute: timedelta
    idle: timedelta | None = None

    def end(self, begun: datetime, used: datetime) -> datetime:
        """When a login is over."""
        end = begun + self.absolute
        return end if self.idle is None else min(end, used + self.idle)


DEFAULT_LIFETIMES = Lifetimes(timedelta(days=90))


class Session(Model):
    """One login of one browser. The cookie carries the token; the table only its digest, so
    that a stolen copy of the database logs nobody in.
    """

    LIFETIME = DEFAULT_LIFETIMES.absolute
    USE_STEP = timedelta(hours=1)
    # How long after somebody has shown who they are what is dangerous is open to them.
    RECENT = timedelta(minutes=15)
    LISTED_MAX = 100

    id = fields.BigIntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="sessions", db_index=True
    )
    token_digest = fields.CharField(max_length=64, unique=True)
    user_agent = fields.CharField(max_length=200, default="")
    created_at = fields.DatetimeField(auto_now_add=True)
    last_used_at: datetime | None = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField()
    # When somebody has last shown by password, passkey or code that this login is in their hands.
    confirmed_at: datetime | None = fields.DatetimeField(null=True)
    # Begun in a browser that the account did not know, and nobody has said yet that it was them.
    is_new = fields.BooleanField(default=False, db_default=False)
    # By whom, and by which session, an OpenID provider has begun it: see models/oidc_logout.py.
    oidc_subject = fields.CharField(max_length=64, default="", db_default="")
    oidc_session = fields.CharField(max_length=64, default="", db_default="")

    user_id: int

    class Meta:
        table = "session"
        table_description = "Logins"

    @classmethod
    async def start(
        cls,
        user: User,
        user_agent: str = "",
        *,
        lifetimes: Lifetimes = DEFAULT_LIFETIMES,
        is_new: bool = False,
        origin: tuple[str, str] = ("", ""),
    ) -> str:
        """Store a new login and return its token (43 characters), which is nowhere else. `is_new`:
        it begins in a browser that the account does not know. `origin`: see models/oidc_logout.py.

        Raises:
            Refusal: bad_credentials, when `user` has another password by now, or has a second
                factor; awaiting_approval, account_disabled, account_disabled_until.
        """
        user.check_may_log_in()
        await cls.filter(user=user, expires_at__lte=now()).delete()
        token, moment = secrets.token_urlsafe(32), now()
        session = await cls.create(
            user=user,
            token_digest=_digest(token),
            user_agent=user_agent.replace("\x00", "")[:200],
            last_used_at=moment,
            expires_at=lifetimes.end(moment, moment),
            confirmed_at=moment,
            is_new=is_new,
            oidc_subject=origin[0],
            oidc_session=origin[1],
        )
        # Asked when it is stored: a change of the password, and whoever disables the account, end
        # all logins that there are.
        now_ = User.filter(
            id=user.id,
            password_hash=user.password_hash,
            state=user.state,
            has_factor=user.has_factor,
        )
        if not await now_.exists():
            await session.delete()
            raise Refusal("bad_credentials")
        return token

    @classmethod
    async def of(cls, token: str) -> "Session | None":
        """The living login with this token, its user loaded."""
        rows = await look_up(
            f"SELECT {columns(cls)}, {columns(User)} FROM session"
            " JOIN user_account ON user_account.id = session.user_id"
            " WHERE token_digest = $1 AND expires_at > $2",
            _digest(token),
            as_stored(now()),
        )
        if not rows:
            return None
        session = from_row(cls, rows[0])
        session.user = from_row(User, rows[0], column_count(cls))
        return session if session.user.may_log_in else None

    @classmethod
    async def all_of(cls, user_id: int) -> "list[Session]":
        """The user's living logins, the latest used first; of a great many only these."""
        mine = cls.filter(user_id=user_id, expires_at__gt=now())
        # Those from before it was noted have no time of use: one database sorts NULL first, the
        # other last.
        mine = mine.annotate(latest=Coalesce("last_used_at", F("created_at")))
        return await mine.order_by("-latest", "-id").limit(cls.LISTED_MAX)

    @classmethod
    async def end(
        cls,
        user_id: int,
        *,
        only: int | None = None,
        but: int | None = None,
        connection: BaseDBAsyncClient | None = None,
    ) -> list[int]:
        """End the user's logins, or one of them, or all but one; in the transaction of this
        connection, if there is one. Returns those that are no more.
        """
        ended = cls.filter(user_id=user_id).exclude(id=but or 0)
        ended = ended.using_db(connection) if connection else ended
        ended = ended if only is None else ended.filter(id=only)
        ids = [int(str(id_)) for id_ in await ended.values_list("id", flat=True)]
        await ended.delete()  # And what has begun this moment.
        return ids

    async def store_last_used(self, lifetimes: Lifetimes = DEFAULT_LIFETIMES) -> None:
        """The login has been used. Stored at most once an hour, however much it is."""
        moment = now()
        if self.last_used_at is None or moment - self.last_used_at > self.USE_STEP:
            self.last_used_at = moment
            self.expires_at = lifetimes.end(self.created_at, moment)
            mine = Session.filter(id=self.id)
            await mine.update(last_used_at=moment, expires_at=self.expires_at)

    @property
    def is_recent(self) -> bool:
        """Whether somebody has shown who they are within the last 15 minutes."""
        return self.confirmed_at is not None and now() - self.confirmed_at <= self.RECENT

    async def confirm(self) -> None:
        """Somebody has just shown who they are."""
        self.confirmed_at = now()
        await Session.filter(id=self.id).update(confirmed_at=self.confirmed_at)

    @classmethod
    async def latest_new(cls, user_id: int) -> "Session | None":
        """The latest login of the user in an unknown browser that they have not yet looked at."""
        rows = await look_up(
            f"SELECT {columns(cls)} FROM session WHERE user_id = $1 AND is_new AND expires_at > $2"
            " ORDER BY id DESC LIMIT 1",
            user_id,
            as_stored(now()),
        )
        return from_row(cls, rows[0]) if rows else None

    @classmethod
    async def mark_seen(cls, user_id: int) -> None:
        """The new logins were the user's own."""
        await cls.filter(user_id=user_id, is_new=True).update(is_new=False)

    @classmethod
    async def alive(cls, ids: list[int]) -> set[int]:
        """Those of these logins that are still good."""
        rows = await cls.filter(id__in=ids, expires_at__gt=now()).values_list("id", flat=True)
        return {int(str(row)) for row in rows}


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
