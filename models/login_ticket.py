"""Half a login: the password was right, and the second factor is still to come."""

import hashlib
import secrets
from datetime import datetime, timedelta

from tortoise import fields
from tortoise.models import Model
from tortoise.timezone import now

from errors import Refusal
from models.database import fetch
from models.sql.fast_path import as_stored
from models.user import User


class LoginTicket(Model):
    """Shows that somebody knew the password of an account a moment ago. It is good for one login,
    for five minutes, for five tries, and until the password is another one.
    """

    LIFETIME = timedelta(minutes=5)
    TRIES = 5
    MAX = 10  # Of one account; whoever knows its password fills no table.

    id = fields.BigIntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="login_tickets", db_index=True
    )
    token_digest = fields.CharField(max_length=64, unique=True)
    # Of the hash that the password was held against.
    hash_digest = fields.CharField(max_length=64)
    tries = fields.IntField(default=0, db_default=0)
    expires_at: datetime = fields.DatetimeField()

    user_id: int

    class Meta:
        table = "login_ticket"
        table_description = "Logins that wait for the second factor"

    @classmethod
    async def make(cls, user: User) -> str:
        """A new one's token, 43 characters."""
        kept = await cls.filter(user=user, expires_at__gt=now()).order_by("-id").limit(cls.MAX - 1)
        await cls.filter(user=user).exclude(id__in=[each.id for each in kept]).delete()
        token = secrets.token_urlsafe(32)
        await cls.create(
            user=user,
            token_digest=_digest(token),
            hash_digest=_digest(user.password_hash),
            expires_at=now() + cls.LIFETIME,
        )
        return token

    @classmethod
    async def of(cls, token: str) -> "LoginTicket":
        """The one with this token, its user loaded.

        Raises:
            Refusal: bad_ticket: used, too old, tried too often, or made with an earlier password.
        """
        found = await cls.get_or_none(
            token_digest=_digest(token), expires_at__gt=now(), tries__lt=cls.TRIES
        ).select_related("user")
        if found is None or found.hash_digest != _digest(found.user.password_hash):
            raise Refusal("bad_ticket")
        return found

    async def count_try(self) -> None:
        """Before the factor is looked at: of many at once, five are. Raises Refusal: bad_ticket."""
        if not await fetch(_TRY, self.id, self.TRIES, as_stored(now())):
            raise Refusal("bad_ticket")

    async def use(self) -> None:
        """Once. Raises Refusal: bad_ticket."""
        if not await fetch("DELETE FROM login_ticket WHERE id = $1 RETURNING id", self.id):
            raise Refusal("bad_ticket")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


_TRY = (
    "UPDATE login_ticket SET tries = tries + 1"
    " WHERE id = $1 AND tries < $2 AND expires_at > $3 RETURNING id"
)
