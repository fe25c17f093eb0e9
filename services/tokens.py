"""Access tokens: made, used, ended, each with the sockets that were opened by it."""

from datetime import UTC, datetime, timedelta

import structlog

from models import AccessToken, Refusal, Session
from models.database import shielded
from models.membership import ID_MAX
from realtime.envelope import TokenEnded
from realtime.hub import Hub
from services.actor import Scope
from services.confirmations import require_recent

log = structlog.get_logger(__name__)


class Tokens:
    """The access tokens of all users."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    @shielded
    async def make(
        self, session: Session, password: str, name: str, scopes: list[Scope], days: int | None
    ) -> tuple[AccessToken, str]:
        """Make one for whoever has logged in and knows their password, or has confirmed the login
        of late where they have none. Returns it, and the secret that the program is given. It ends
        after so many `days`; None: not by itself.

        Raises:
            Refusal: wrong_password, bad_token_name, bad_field, too_many_tokens, not_admin,
                factor_required, confirmation_required, overloaded.
        """
        if not scopes:
            raise Refusal("bad_field", problem="scopes")
        if days is not None and not 1 <= days <= AccessToken.DAYS_MAX:
            raise Refusal("bad_field", problem="days")
        if Scope.ADMIN in scopes and session.user.needs_factor:
            raise Refusal("factor_required")
        if session.user.has_password:
            await session.user.check_password(password)
        else:
            require_recent(session)
        ends = None if days is None else datetime.now(UTC) + timedelta(days=days)
        made, token = await AccessToken.make(session.user, name, set(scopes), ends)
        log.info("token_made", user=session.user_id, token=made.id, scopes=made.scopes)
        return made, token

    async def record_use(self, token: AccessToken) -> None:
        """Remember when it was last used; nothing fails by it."""
        try:
            await token.store_last_used()
        except Exception as error:
            log.warning("use_not_stored", token=token.id, error=str(error))

    @shielded
    async def end(self, user_id: int, token_id: int) -> None:
        """It is good for nothing any more, and its sockets are closed, on every process.

        Raises:
            Refusal: not_found, for somebody else's as well.
        """
        if not 0 < token_id <= ID_MAX:
            raise Refusal("not_found")
        await AccessToken.end(user_id, token_id)
        self._hub.revoke(TokenEnded(user_id, token_id))
        log.info("token_ended", user=user_id, token=token_id)
