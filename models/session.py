"""Logins: one row each, so that one can be ended without changing anybody's password."""

import hashlib
import secrets
from datetime import datetime, timedelta

from tortoise import fields
from tortoise.expressions import F
from tortoise.functions import Coalesce
from tortoise.models import Model
from tortoise.timezone import now

from errors import Refusal
from models.sql.fast_path import as_stored, look_up
from models.sql.objects import column_count, columns, from_row
from models.user import User


class Session(Model):
    """One login of one browser. The cookie carries the token; the table only its digest, so
    that a stolen copy of the database logs nobody in.
    """

    LIFETIME = timedelta(days=90)
    USE_STEP = timedelta(hours=1)
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

    user_id: int

    class Meta:
        table = "session"
        table_description = "Logins"

    @classmethod
    async def start(cls, user: User, user_agent: str = "") -> str:
        """Store a new login and return its token (43 characters), which is nowhere else.

        Raises:
            Refusal: bad_credentials, when `user` has another password by now.
        """
        await cls.filter(user=user, expires_at__lte=now()).delete()
        token = secrets.token_urlsafe(32)
        session = await cls.create(
            user=user,
            token_digest=_digest(token),
            user_agent=user_agent.replace("\x00", "")[:200],
            last_used_at=now(),
            expires_at=now() + cls.LIFETIME,
        )
        # Asked when it is stored: a change of the password ends all logins that there are.
        if not await User.exists(id=user.id, password_hash=user.password_hash):
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
        return session

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
        cls, user_id: int, *, only: int | None = None, but: int | None = None
    ) -> list[int]:
        """End the user's logins, or one of them, or all but one. Returns those that are no more."""
        ended = cls.filter(user_id=user_id).exclude(id=but or 0)
        ended = ended if only is None else ended.filter(id=only)
        ids = [int(str(id_)) for id_ in await ended.values_list("id", flat=True)]
        await ended.delete()  # And what has begun this moment.
        return ids

    async def store_last_used(self) -> None:
        """The login has been used. Stored at most once an hour, however much it is."""
        moment = now()
        if self.last_used_at is None or moment - self.last_used_at > self.USE_STEP:
            self.last_used_at = moment
            await Session.filter(id=self.id).update(last_used_at=moment)

    @classmethod
    async def alive(cls, ids: list[int]) -> set[int]:
        """Those of these logins that are still good."""
        rows = await cls.filter(id__in=ids, expires_at__gt=now()).values_list("id", flat=True)
        return {int(str(row)) for row in rows}


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
