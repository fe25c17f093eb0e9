"""Accounts: made, and their passwords changed."""

import structlog

from models import Refusal, Session, User
from models.database import shielded
from realtime.metrics import metrics
from services.sessions import Sessions

log = structlog.get_logger(__name__)


class Accounts:
    """The accounts of all users."""

    def __init__(self, sessions: Sessions, *, registration_open: bool) -> None:
        self._sessions = sessions
        self._registration_open = registration_open
        self._any_exist = False

    async def any_exist(self) -> bool:
        """Whether somebody has an account here. Asked of the database until it is so."""
        self._any_exist = self._any_exist or await User.exists()
        return self._any_exist

    async def register(self, username: str, password: str) -> User:
        """Raises Refusal: registration_closed, bad_username, bad_password, weak_password,
        username_taken, overloaded.
        """
        if not self._registration_open:
            raise Refusal("registration_closed")
        user = await User.register(username, password)
        metrics.count("registrations")
        log.info("registered", user=user.id)
        return user

    @shielded
    async def change_password(self, session: Session, password: str, new: str) -> None:
        """Whoever knew the old one is logged out; this login stays.

        Raises:
            Refusal: wrong_password, bad_password, weak_password, overloaded.
        """
        await session.user.change_password(password, new)
        log.info("password_changed", user=session.user_id)
        await self._sessions.end_others(session)
