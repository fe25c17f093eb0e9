"""Re-authentication: what is dangerous asks first whether the login is in the right hands."""

import structlog

from models import Refusal, Session
from models.passkey import Purpose
from models.passwords import is_hash_of
from models.totp import use_code
from services.passkeys import Passkeys
from services.relying_party import RelyingParty

log = structlog.get_logger(__name__)


def require_recent(session: Session) -> None:
    """Only for who has shown within the last 15 minutes who they are, by logging in or since.

    Raises:
        Refusal: confirmation_required.
    """
    if not session.is_recent:
        raise Refusal("confirmation_required")


class Confirmations:
    """Somebody who is logged in shows that it is them, by one of three proofs."""

    def __init__(self, passkeys: Passkeys) -> None:
        self._passkeys = passkeys

    async def by_password(self, session: Session, password: str) -> None:
        """Raises Refusal: wrong_password, overloaded."""
        if not await is_hash_of(session.user.password_hash, password):
            raise Refusal("wrong_password")
        await self._store(session)

    async def by_code(self, session: Session, code: str) -> None:
        """Raises Refusal: bad_code."""
        if not await use_code(session.user_id, code):
            raise Refusal("bad_code")
        await self._store(session)

    async def by_passkey(self, session: Session, credential: str, site: RelyingParty) -> None:
        """Raises Refusal: bad_passkey."""
        found = await self._passkeys.verify(credential, site, Purpose.CONFIRM, session.id)
        if found.user_id != session.user_id:
            raise Refusal("bad_passkey")
        await self._store(session)

    async def _store(self, session: Session) -> None:
        await session.confirm()
        log.info("confirmed", user=session.user_id, session=session.id)
