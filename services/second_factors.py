"""Codes by an app, and recovery codes: turned on and off by their owner."""

import structlog

from models import RecoveryCode, Refusal, Session, Totp, User
from models.database import shielded
from models.second_factors import begin_totp, confirm_totp, remove_totp, renew_codes
from models.totp import use_code

log = structlog.get_logger(__name__)


class SecondFactors:
    """The codes of all users; see also Passkeys."""

    async def totp_of(self, user: User) -> Totp | None:
        """The user's secret, confirmed or not."""
        return await Totp.get_or_none(user_id=user.id)

    async def codes_left(self, user: User) -> int:
        """How many recovery codes the user has not yet used."""
        return await RecoveryCode.filter(user_id=user.id).count()

    async def begin_totp(self, session: Session) -> Totp:
        """A new secret for the user's app. Raises Refusal: totp_is_on."""
        await begin_totp(session.user)
        return await Totp.get(user_id=session.user_id)

    @shielded
    async def confirm_totp(self, session: Session, code: str) -> list[str]:
        """Turn the codes on. Returns recovery codes where it is the first factor.

        Raises:
            Refusal: totp_is_on, not_found, bad_code.
        """
        codes = await confirm_totp(session.user, code)
        log.info("totp_added", user=session.user_id)
        return codes

    @shielded
    async def remove_totp(self, session: Session, password: str, code: str) -> None:
        """Turn the codes off; a recovery code is as good as one of the app. Whoever has no password
        has confirmed the login instead.

        Raises:
            Refusal: wrong_password, bad_code, overloaded.
        """
        if session.user.has_password:
            await session.user.check_password(password)
        if not await use_code(session.user_id, code):
            raise Refusal("bad_code")
        await remove_totp(session.user)
        log.info("totp_removed", user=session.user_id)

    @shielded
    async def renew_codes(self, session: Session) -> list[str]:
        """Ten other recovery codes. Raises Refusal: not_found, without a factor."""
        codes = await renew_codes(session.user)
        log.info("recovery_codes_made", user=session.user_id)
        return codes
