"""One-time codes: those of an app (TOTP, RFC 6238), and those on paper for whoever has lost it."""

import hashlib
import hmac
import re
import secrets
from datetime import datetime

import pyotp
from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model
from tortoise.timezone import now

from models.database import fetch
from models.user import User

_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


class Totp(Model):
    """The secret that somebody's app shares with the server. It is kept as it is, for the server
    has to calculate the same codes.
    """

    STEP = 30  # Seconds; what all apps take for granted.
    DRIFT = 1  # Steps that a clock may be ahead or behind.

    id = fields.BigIntField(primary_key=True)
    user: fields.OneToOneRelation[User] = fields.OneToOneField("models.User", related_name="totp")
    secret = fields.CharField(max_length=64)
    # Null until a code has shown that the app has it.
    confirmed_at: datetime | None = fields.DatetimeField(null=True)
    # The step whose code was the last to be good: none is good twice, and no earlier one is.
    last_counter = fields.BigIntField(default=0, db_default=0)

    user_id: int

    class Meta:
        table = "totp"
        table_description = "Secrets of apps that make codes"

    @classmethod
    def new_secret(cls) -> str:
        """32 characters of base32, 160 bits."""
        return pyotp.random_base32()

    def address(self, username: str, issuer: str) -> str:
        """The otpauth:// address that an app reads out of a QR code."""
        return pyotp.TOTP(self.secret).provisioning_uri(name=username, issuer_name=issuer)

    @property
    def is_on(self) -> bool:
        return self.confirmed_at is not None

    async def use(self, code: str, connection: BaseDBAsyncClient | None = None) -> bool:
        """Whether this is a code of now, or of the step before or behind it, that was not used."""
        counter = self._counter_of(code)
        if counter is None:
            return False
        # Of two who bring the same code at once, one finds it used.
        used = await fetch(_USE_COUNTER, counter, self.id, connection=connection)
        return bool(used)

    def _counter_of(self, code: str) -> int | None:
        current = int(now().timestamp()) // self.STEP
        codes = pyotp.TOTP(self.secret)
        found = None
        for counter in range(current - self.DRIFT, current + self.DRIFT + 1):
            is_equal = hmac.compare_digest(codes.generate_otp(counter), code)
            if is_equal and counter > self.last_counter:
                found = counter
        return found


class RecoveryCode(Model):
    """One code that takes the place of an app or a passkey, once. The table has its digest: of 80
    random bits, which nobody finds by trying.
    """

    COUNT = 10
    LENGTH = 16

    id = fields.BigIntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="recovery_codes", db_index=True
    )
    code_digest = fields.CharField(max_length=64, unique=True)

    class Meta:
        table = "recovery_code"
        table_description = "Codes for whoever has lost their second factor"

    @classmethod
    async def renew(cls, user_id: int, connection: BaseDBAsyncClient) -> list[str]:
        """Ten new codes, as they are shown: `abcd-efgh-ijkl-mnop`. Earlier ones are void."""
        codes = [
            "".join(secrets.choice(_BASE32) for _ in range(cls.LENGTH)) for _ in range(cls.COUNT)
        ]
        await cls.filter(user_id=user_id).using_db(connection).delete()
        rows = [cls(user_id=user_id, code_digest=_digest(user_id, code)) for code in codes]
        await cls.bulk_create(rows, using_db=connection)
        return ["-".join(re.findall("....", code)) for code in codes]

    @classmethod
    async def use(cls, user_id: int, code: str) -> bool:
        """Whether this is one of theirs; from now on it is none."""
        return bool(await fetch(_USE_CODE, _digest(user_id, code)))


def plain_code(typed: str) -> str:
    """A code as it was typed, without the spaces and dashes that make it easier to read."""
    return re.sub(r"[\s\-–—]", "", typed[:100]).lower()


async def use_code(user_id: int, typed: str) -> bool:
    """Whether this is a code of the user's app, or one of their recovery codes. It is used up."""
    code = plain_code(typed)
    if len(code) == RecoveryCode.LENGTH:
        return await RecoveryCode.use(user_id, code)
    if not re.fullmatch("[0-9]{6}", code):
        return False
    totp = await Totp.get_or_none(user_id=user_id, confirmed_at__not_isnull=True)
    return totp is not None and await totp.use(code)


def _digest(user_id: int, code: str) -> str:
    # With the user: a code is good for one account.
    return hashlib.sha256(f"{user_id} {code}".encode(errors="replace")).hexdigest()


_USE_COUNTER = "UPDATE totp SET last_counter = $1 WHERE id = $2 AND last_counter < $1 RETURNING id"
_USE_CODE = "DELETE FROM recovery_code WHERE code_digest = $1 RETURNING id"
