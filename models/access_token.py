"""Tokens by which programs act for somebody, beside the logins of browsers."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.timezone import now

from errors import Refusal
from models.audit_entry import ActDetails, record_act
from models.database import atomically, storable
from models.locks import lock_users
from models.sql.fast_path import as_stored, look_up
from models.sql.objects import column_count, columns, from_row
from models.user import User


class AccessToken(Model):
    """One token. The program has it; the table only its digest, so that a stolen copy of the
    database lets nobody in. It ends with the password by which it was made.
    """

    # What secret scanners and people know it by, where it should not be.
    PREFIX = "beseda_"
    LENGTH_MAX = 100
    NAME_MAX = 60
    DAYS_MAX = 3650
    MAX = 50  # Of one person.
    USE_STEP = timedelta(hours=1)

    id = fields.BigIntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="access_tokens", db_index=True
    )
    name = fields.CharField(max_length=NAME_MAX)
    token_digest = fields.CharField(max_length=64, unique=True)
    # services.actor.Scope, with spaces between.
    scopes = fields.CharField(max_length=100)
    created_at = fields.DatetimeField(auto_now_add=True)
    last_used_at: datetime | None = fields.DatetimeField(null=True)
    # None: it does not end by itself.
    expires_at: datetime | None = fields.DatetimeField(null=True)

    user_id: int

    class Meta:
        table = "access_token"
        table_description = "Tokens of programs"

    @classmethod
    async def make(
        cls, user: User, name: str, scopes: Collection[str], expires_at: datetime | None
    ) -> "tuple[AccessToken, str]":
        """Store a new one. Returns it, and what the program is given, which is nowhere else.

        Raises:
            Refusal: bad_token_name, too_many_tokens, not_admin; unauthorized, when `user` has
                another password by now, or may not log in.
        """
        name = _checked_name(name)
        token = cls.PREFIX + secrets.token_urlsafe(32)

        async def work(connection: BaseDBAsyncClient) -> AccessToken:
            await lock_users({user.id}, connection)
            await _check_may_have(user, scopes, connection)
            made = await cls.create(
                user_id=user.id,
                name=name,
                token_digest=_digest(token),
                scopes=" ".join(sorted(scopes)),
                expires_at=expires_at,
                using_db=connection,
            )
            details = ActDetails(token=made.id)
            await record_act(connection, "token_made", user.id, user_id=user.id, details=details)
            return made

        return await atomically(work), token

    @classmethod
    async def of(cls, token: str) -> "AccessToken | None":
        """The living one, its user loaded; None for what is none, or of whom may not log in."""
        if not token.startswith(cls.PREFIX) or len(token) > cls.LENGTH_MAX:
            return None
        rows = await look_up(
            f"SELECT {columns(cls)}, {columns(User)} FROM access_token"
            " JOIN user_account ON user_account.id = access_token.user_id"
            " WHERE access_token.token_digest = $1"
            " AND (access_token.expires_at IS NULL OR access_token.expires_at > $2)",
            _digest(token),
            as_stored(now()),
        )
        if not rows:
            return None
        found = from_row(cls, rows[0])
        found.user = from_row(User, rows[0], column_count(cls))
        return found if found.user.may_log_in else None

    @classmethod
    async def all_of(cls, user_id: int) -> "list[AccessToken]":
        """The user's tokens, the latest first, until they are ended: those that expired as well."""
        return await cls.filter(user_id=user_id).order_by("-id").limit(cls.MAX)

    @classmethod
    async def end(cls, user_id: int, token_id: int) -> None:
        """Raises Refusal: not_found, for somebody else's as well."""

        async def work(connection: BaseDBAsyncClient) -> None:
            mine = cls.filter(user_id=user_id, id=token_id).using_db(connection)
            if not await mine.delete():
                raise Refusal("not_found")
            details = ActDetails(token=token_id)
            await record_act(connection, "token_ended", user_id, user_id=user_id, details=details)

        await atomically(work)

    @classmethod
    async def end_all(cls, user_id: int, connection: BaseDBAsyncClient | None = None) -> None:
        """End all of the user's tokens; in the transaction of what ends their logins."""
        theirs = cls.filter(user_id=user_id)
        await (theirs.using_db(connection) if connection else theirs).delete()

    async def store_last_used(self) -> None:
        """It has been used. Stored at most once an hour, however much it is."""
        moment = now()
        if self.last_used_at is None or moment - self.last_used_at > self.USE_STEP:
            self.last_used_at = moment
            await AccessToken.filter(id=self.id).update(last_used_at=moment)

    @classmethod
    async def alive(cls, ids: list[int]) -> set[int]:
        """Those of these tokens that are still good."""
        living = cls.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now()), id__in=ids)
        return {int(str(id_)) for id_ in await living.values_list("id", flat=True)}


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= AccessToken.NAME_MAX or not name.isprintable() or not storable(name):
        raise Refusal("bad_token_name", max=AccessToken.NAME_MAX)
    return name


async def _check_may_have(
    user: User, scopes: Collection[str], connection: BaseDBAsyncClient
) -> None:
    # Asked under the lock: what changes the password, or disables the account, ends all tokens that
    # there are.
    now_ = await User.get_or_none(id=user.id, password_hash=user.password_hash, using_db=connection)
    if now_ is None or not now_.may_log_in:
        raise Refusal("unauthorized")
    theirs = AccessToken.filter(user_id=user.id).using_db(connection)
    if await theirs.count() >= AccessToken.MAX:
        raise Refusal("too_many_tokens", limit=AccessToken.MAX)
    if User.ADMIN in scopes and not now_.is_admin:
        raise Refusal("not_admin")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
