"""Links by which somebody gets no more digests, from any of them, without a login."""

import hashlib
from functools import cached_property

import msgspec
from itsdangerous import BadSignature, URLSafeSerializer
from msgspec import Struct

from config import Settings
from models import EmailAddress, Refusal
from models.email_address import email_key


class _Left(Struct, array_like=True):
    """Whom a link is about, and at which address they got it."""

    user_id: int
    address: str


class LeaveLinks:
    """Signed with the key of the site, so that the database has nothing that would be good as one;
    those in old mails work for as long as the address is the same.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _signer(self) -> URLSafeSerializer:
        # Not before it is needed: without SECRET_KEY the key is made by then.
        return URLSafeSerializer(self._settings.signing_key(), salt="unsubscribe")

    def url(self, user_id: int, address: str) -> str:
        """The link of somebody who gets digests at this address."""
        token = self._signer.dumps([user_id, _short(address)])
        return f"{self._settings.base_url}/unsubscribe/{token}"

    async def whose(self, token: str) -> EmailAddress:
        """Whose it is. Raises Refusal: not_found."""
        try:
            left = msgspec.convert(self._signer.loads(token), _Left)
        except (BadSignature, msgspec.ValidationError):
            raise Refusal("not_found") from None
        mine = await EmailAddress.verified_of(left.user_id)
        if mine is None or _short(mine.address) != left.address:
            raise Refusal("not_found")
        return mine


def _short(address: str) -> str:
    return hashlib.sha256(email_key(address).encode()).hexdigest()[:16]
