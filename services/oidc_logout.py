"""Logging out at the OpenID provider, from here; and logins here that it ends."""

import asyncio

import structlog

from config import Settings
from models import Refusal
from models.database import shielded
from models.oidc_logout import Origin, end_by_provider
from services.oidc import Oidc
from services.oidc_claims import Logout
from services.sessions import Sessions

log = structlog.get_logger(__name__)

# Whoever logs out does not wait longer for a provider that is away.
WAIT_SECONDS = 3.0


class OidcLogout:
    """Both ways of a logout. The one from here is as OIDC_LOGOUT says."""

    def __init__(self, settings: Settings, oidc: Oidc, sessions: Sessions) -> None:
        self._goes_on = settings.oidc_logout == "provider" and settings.oidc_issuer is not None
        self._oidc = oidc
        self._sessions = sessions

    def goes_on(self, oidc_subject: str) -> bool:
        """Whether who has logged out here goes on to do so at the provider: by which their login
        was begun.
        """
        return self._goes_on and bool(oidc_subject)

    async def address(self, back: str) -> str:
        """Where they log out there, and come back from; "": nowhere, or it does not answer."""
        if not self._goes_on:
            return ""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                return await (await self._oidc.provider()).logout_url(back)
        except (Refusal, TimeoutError):
            return ""

    async def told(self, token: str) -> Logout:
        """What a logout token of the provider says.

        Raises:
            Refusal: not_found, where there is no provider; oidc_failed, oidc_unavailable.
        """
        return await (await self._oidc.provider()).logout(token)

    @shielded
    async def end(self, told: Logout) -> None:
        """End the logins that are meant, on every process. Raises Refusal: oidc_failed."""
        origin = Origin.of(told.issuer, told.subject, told.session)
        for user_id, ended in (await end_by_provider(origin, told.id)).items():
            self._sessions.tell_ended(user_id, ended)
