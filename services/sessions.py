"""Logins: begun, used, ended, each with the sockets that were opened by it."""

import structlog

from models import Refusal, Session, User
from models.database import shielded
from models.membership import ID_MAX
from realtime.envelope import SessionEnded
from realtime.hub import Hub
from realtime.metrics import metrics

log = structlog.get_logger(__name__)


class Sessions:
    """The logins of all users."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def start(self, username: str, password: str, user_agent: str = "") -> tuple[User, str]:
        """Log in. Returns the user and the token of the new session.

        Raises:
            Refusal: bad_credentials, overloaded.
        """
        user = await User.authenticate(username, password)
        token = await Session.start(user, user_agent)
        metrics.count("logins")
        log.info("logged_in", user=user.id)
        return user, token

    async def record_use(self, session: Session) -> None:
        """Remember when a login was last used; nothing fails by it."""
        try:
            await session.store_last_used()
        except Exception as error:
            log.warning("use_not_stored", session=session.id, error=str(error))

    @shielded
    async def end(self, session: Session) -> None:
        """Log out: the login is dead and its sockets are closed, on every process."""
        await session.delete()
        self._hub.revoke(SessionEnded(session.id))
        log.info("logged_out", user=session.user_id, session=session.id)

    @shielded
    async def end_one_of(self, user_id: int, session_id: int) -> None:
        """End one of the user's logins.

        Raises:
            Refusal: not_found, for somebody else's as well.
        """
        is_possible = 0 < session_id <= ID_MAX
        if not is_possible or not await self._end(user_id, only=session_id):
            raise Refusal("not_found")

    @shielded
    async def end_others(self, session: Session) -> None:
        """End all logins of this user but this one."""
        await self._end(session.user_id, but=session.id)

    async def _end(
        self, user_id: int, only: int | None = None, but: int | None = None
    ) -> list[int]:
        ended = await Session.end(user_id, only=only, but=but)
        for session_id in ended:
            self._hub.revoke(SessionEnded(session_id))
        log.info("logged_out", user=user_id, sessions=ended)
        return ended
