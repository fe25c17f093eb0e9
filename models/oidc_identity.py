"""Who people are to an OpenID provider, and what was used up of its protocol."""

import hashlib
from datetime import datetime, timedelta

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model
from tortoise.timezone import now

from errors import Refusal
from models.database import fetch
from models.sql.fast_path import as_stored
from models.user import User


class OidcIdentity(Model):
    """One subject of one issuer, by which its account can be logged in to. Nothing else makes it
    somebody's: neither a name nor an address of mail, which others may have had, or may choose.
    """

    ISSUER_MAX = 500
    SUBJECT_MAX = 255
    MAX = 10  # Of one account.

    id = fields.BigIntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="oidc_identities", db_index=True
    )
    issuer = fields.CharField(max_length=ISSUER_MAX)
    subject = fields.CharField(max_length=SUBJECT_MAX)
    created_at = fields.DatetimeField(auto_now_add=True)
    last_used_at: datetime | None = fields.DatetimeField(null=True)
    # Whether the provider's group has made its owner an administrator, and takes that away again.
    gives_admin = fields.BooleanField(default=False, db_default=False)

    user_id: int

    class Meta:
        table = "oidc_identity"
        table_description = "Who people are to an OpenID provider"
        unique_together = (("issuer", "subject"),)

    @classmethod
    async def named(cls, issuer: str, subject: str) -> "OidcIdentity | None":
        """The one of this subject, its user loaded."""
        return await cls.get_or_none(issuer=issuer, subject=subject).select_related("user")

    @classmethod
    async def all_of(cls, user_id: int) -> "list[OidcIdentity]":
        """The user's, the oldest first."""
        return await cls.filter(user_id=user_id).order_by("id")


class OidcUse(Model):
    """What is good once, and was: remembered for as long as it would be good."""

    LIFETIME = timedelta(minutes=30)

    id = fields.BigIntField(primary_key=True)
    digest = fields.CharField(max_length=64, unique=True)
    expires_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "oidc_use"
        table_description = "What of an OpenID provider's is good once, and was used"

    @classmethod
    async def note(cls, what: str, connection: BaseDBAsyncClient | None = None) -> None:
        """Use it up; of two who try at once one does. Raises Refusal: oidc_failed."""
        over = cls.filter(expires_at__lte=now())
        await (over.using_db(connection) if connection else over).delete()
        digest = hashlib.sha256(what.encode(errors="replace")).hexdigest()
        until = as_stored(now() + cls.LIFETIME)
        if not await fetch(_NOTE, digest, until, connection=connection):
            raise Refusal("oidc_failed")


_NOTE = (
    "INSERT INTO oidc_use (digest, expires_at) VALUES ($1, $2)"
    " ON CONFLICT (digest) DO NOTHING RETURNING id"
)
