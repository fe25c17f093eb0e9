"""What people do about themselves: register, log in, log out, choose how they are shown."""

import structlog

from models import Membership, Profile, Refusal, Session, User
from models.conversations import conversations_of
from models.database import to_the_end
from models.membership import ID_MAX
from realtime import frames
from realtime.envelope import Renamed, SessionEnded
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

    async def note_use(self, session: Session) -> None:
        """Remember when a login was last used; nothing fails by it."""
        try:
            await session.use()
        except Exception as error:
            log.warning("use_not_stored", session=session.id, error=str(error))

    @to_the_end
    async def end_session_of(self, user_id: int, session_id: int) -> None:
        """End one of the user's logins.

        Raises:
            Refusal: not_found, for somebody else's as well.
        """
        known = 0 < session_id <= ID_MAX
        if not known or not await self._end(user_id, only=session_id):
            raise Refusal("not_found")

    @to_the_end
    async def end_other_sessions(self, session: Session) -> None:
        """End all logins of this user but this one."""
        await self._end(session.user_id, but=session.id)

    @to_the_end
    async def change_password(self, session: Session, password: str, new: str) -> None:
        """Whoever knew the old one is logged out; this login stays.

        Raises:
            Refusal: wrong_password, bad_password.
        """
        await session.user.change_password(password, new)
        log.info("password_changed", user=session.user_id)
        await self._end(session.user_id, but=session.id)

    async def _end(
        self, user_id: int, only: int | None = None, but: int | None = None
    ) -> list[int]:
        ended = await Session.end(user_id, only=only, but=but)
        for session_id in ended:
            self.hub.revoke(SessionEnded(session_id))
        log.info("logged_out", user=user_id, sessions=ended)
        return ended

    @to_the_end
    async def change_profile(self, user: User, choices: Profile) -> None:
        """Keep the user's choices; whoever shares a room with them learns of another display name.

        Raises:
            Refusal: bad_display_name, username_taken.
        """
        known_as = user.display_name
        await choices.keep(user)
        if user.display_name == known_as:
            return
        self.hub.rename(Renamed(user.id, user.display_name))
        for room_id in await conversations_of(user.id):
            self.lobby.changed(room_id)  # The other one sees it under this name.
        frame = frames.user_changed(user.id, user.username, user.display_name)
        if room_ids := await Membership.room_ids(user.id):
            self.hub.pass_on(room_ids, f"changed:{user.id}", frame, to_lobby=True)
        log.info("renamed", user=user.id)
