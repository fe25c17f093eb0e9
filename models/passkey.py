"""Passkeys (WebAuthn), and the challenges that they sign."""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from tortoise import fields
from tortoise.models import Model
from tortoise.timezone import now

from errors import Refusal
from models.database import fetch, storable
from models.sql.fast_path import as_stored
from models.user import User


class Passkey(Model):
    """The public half of a key that somebody's device or security key keeps."""

    MAX = 20
    LABEL_MAX = 64
    ID_MAX = 1364  # Of 1,023 bytes, in base64url.

    id = fields.BigIntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="passkeys", db_index=True
    )
    # As the authenticator names it, base64url; an authenticator's id is nobody else's.
    credential_id = fields.CharField(max_length=ID_MAX, unique=True)
    public_key = fields.TextField()  # COSE, base64url.
    # How often it says that it was used; 0 where it does not count.
    sign_count = fields.BigIntField(default=0, db_default=0)
    label = fields.CharField(max_length=LABEL_MAX)
    # What the authenticator knows the user by, base64url; "" for the id of the account. One that
    # was made before there was an account has another.
    user_handle = fields.CharField(max_length=64, default="", db_default="")
    created_at = fields.DatetimeField(auto_now_add=True)
    last_used_at: datetime | None = fields.DatetimeField(null=True)

    user_id: int

    class Meta:
        table = "passkey"
        table_description = "Public keys by which people log in"

    @classmethod
    async def named(cls, credential_id: str) -> "Passkey | None":
        """The one that an authenticator calls so, its user loaded."""
        if len(credential_id) > cls.ID_MAX or not storable(credential_id):
            return None
        return await cls.get_or_none(credential_id=credential_id).select_related("user")

    async def store_use(self, sign_count: int) -> bool:
        """It has signed a challenge. False when its counter has not grown: there is a copy of it,
        or the same answer came twice at once.
        """
        moment = as_stored(now())
        return bool(await fetch(_USE, sign_count, moment, self.id))

    @classmethod
    def checked_label(cls, label: str) -> str:
        """Raises Refusal: bad_label."""
        label = " ".join(label.split())
        if not 1 <= len(label) <= cls.LABEL_MAX or not storable(label) or not label.isprintable():
            raise Refusal("bad_label", max=cls.LABEL_MAX)
        return label


class Purpose(StrEnum):
    """What a challenge is for; one for a login adds no passkey."""

    ADD = "add"
    REGISTER = "register"
    LOGIN = "login"
    FACTOR = "factor"
    CONFIRM = "confirm"


class PasskeyChallenge(Model):
    """What an authenticator is asked to sign: good once, for five minutes, for one purpose, and for
    whom it was made: an account (and there a login), or anybody who logs in or registers.
    """

    LIFETIME = timedelta(minutes=5)

    id = fields.BigIntField(primary_key=True)
    challenge_digest = fields.CharField(max_length=64, unique=True)
    purpose = fields.CharField(max_length=8)
    # Whose ticket or login it was made for, 0: nobody's yet.
    subject_id = fields.BigIntField(default=0, db_default=0)
    expires_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "passkey_challenge"
        table_description = "Challenges that passkeys have yet to sign"

    @classmethod
    async def make(cls, purpose: Purpose, subject_id: int = 0) -> bytes:
        """A new one, 32 bytes. `subject_id`: of the login, or of the ticket of half a login."""
        await cls.filter(expires_at__lte=now()).delete()
        challenge = secrets.token_bytes(32)
        await cls.create(
            challenge_digest=_digest(challenge),
            purpose=purpose,
            subject_id=subject_id,
            expires_at=now() + cls.LIFETIME,
        )
        return challenge

    @classmethod
    async def use(cls, challenge: bytes, purpose: Purpose, subject_id: int = 0) -> None:
        """Raises Refusal: bad_passkey, when it is none, is over, was used, or is for another."""
        values = (_digest(challenge), str(purpose), subject_id, as_stored(now()))
        if not await fetch(_TAKE, *values):
            raise Refusal("bad_passkey")


def _digest(challenge: bytes) -> str:
    return hashlib.sha256(challenge).hexdigest()


_USE = (
    "UPDATE passkey SET sign_count = $1, last_used_at = $2"
    " WHERE id = $3 AND (sign_count < $1 OR (sign_count = 0 AND $1 = 0)) RETURNING id"
)
_TAKE = (
    "DELETE FROM passkey_challenge WHERE challenge_digest = $1 AND purpose = $2"
    " AND subject_id = $3 AND expires_at > $4 RETURNING id"
)
