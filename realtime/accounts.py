"""What people do about themselves: register, log in, log out."""

import structlog

from models import Refusal, Session, User
from models.database import to_the_end
from realtime.envelope import SessionEnded
from realtime.parts import Parts

log = structlog.get_logger(__name__)


class Accounts(Parts):
    """Part of Actions."""

    async def register(self, username: str, password: str) -> User:
        """Raises Refusal: registration_closed, bad_username, bad_password, username_taken."""
        if not self.settings.registration_open:
            raise Refusal("registration_closed")
        user = await User.register(username, password)
        log.info("registered", user=user.id)
        return user

    async def start_session(
        self, username: str, password: str, user_agent: str = ""
    ) -> tuple[User, str]:
        """Log in. Returns the user and the token of the new session.

        Raises:
            Refusal: bad_credentials.
        """
        try:
            user = await User.authenticate(username, password)
        except Refusal:
            log.info("login_refused")
            raise
        token = await Session.start(user, user_agent)
        log.info("logged_in", user=user.id)
        return user, token

    @to_the_end
    async def end_session(self, session: Session) -> None:
        """Log out: the login is dead and its sockets are closed, on every process."""
        await session.delete()
        self.hub.revoke(SessionEnded(session.id))
        log.info("logged_out", user=session.user_id, session=session.id)
