"""Accounts: made, and their passwords changed."""

import structlog
from tortoise.backends.base.client import BaseDBAsyncClient

from models import AccessToken, EmailAddress, Passkey, PasswordReset, Refusal, Session, User
from models.administration import become_first_administrator
from models.database import shielded
from models.passkey_accounts import register_passkey
from models.user import Admit
from realtime.metrics import metrics
from services.confirmations import require_recent
from services.mailer import Mailer
from services.sessions import Sessions
from services.site import Site

log = structlog.get_logger(__name__)

_REFUSED = {"closed": "registration_closed", "invite": "invite_required"}


class Accounts:
    """The accounts of all users."""

    def __init__(self, sessions: Sessions, site: Site, mailer: Mailer) -> None:
        self._sessions = sessions
        self._mailer = mailer
        self.site = site
        self._any_exist = False

    async def any_exist(self) -> bool:
        """Whether somebody has an account here. Asked of the database until it is so."""
        self._any_exist = self._any_exist or await User.exists()
        return self._any_exist

    async def registration(self) -> str:
        """How people come to have an account here: open, invite, approval or closed. Whoever comes
        to an empty database needs neither an invitation nor an approval: there is nobody to give
        it, and they become the administrator.
        """
        mode = (await self.site.state()).registration
        return mode if mode in ("open", "closed") or await self.any_exist() else "open"

    async def check_registration(self) -> str:
        """Whether anybody can make an account. Returns how: open or approval.

        Raises:
            Refusal: oidc_only, registration_closed, invite_required.
        """
        self.site.require_passwords()
        mode = await self.registration()
        if mode in _REFUSED:
            raise Refusal(_REFUSED[mode])
        return mode

    async def register(self, username: str, password: str) -> User:
        """Make an account. The first one is the administrator's.

        Raises:
            Refusal: oidc_only, registration_closed, invite_required, bad_username, bad_password,
                weak_password, username_taken, overloaded.
        """
        await self.check_registration()
        user = await User.register(username, password, admit=await self.admission())
        metrics.count("registrations")
        log.info("registered", user=user.id, state=user.state or "active")
        return user

    @shielded
    async def register_by_passkey(self, username: str, passkey: Passkey) -> User:
        """The same with a passkey that is nobody's yet, in the place of a password.

        Raises:
            Refusal: as `register`, but for what is about passwords; bad_passkey, when it is an
                account's already.
        """
        await self.check_registration()
        user = await register_passkey(username, passkey, await self.admission())
        metrics.count("registrations")
        log.info("registered", user=user.id, state=user.state or "active")
        return user

    async def admission(self, *, is_vouched_for: bool = False) -> Admit:
        """What a new account may, asked again in the transaction that stores it; whoever is vouched
        for needs no invitation.
        """
        mode = (await self.site.state()).registration

        async def admit(user: User, connection: BaseDBAsyncClient) -> None:
            if await become_first_administrator(user, connection):
                return
            # While theirs was hashed, the first one has come.
            if mode in _REFUSED and not (is_vouched_for and mode == "invite"):
                raise Refusal(_REFUSED[mode])
            if mode == "approval":
                user.state = User.WAITING
                await user.save(update_fields=["state"], using_db=connection)

        return admit

    @shielded
    async def change_password(self, session: Session, password: str, new: str) -> None:
        """Whoever knew the old one is logged out, and no token of theirs is good, and no link to
        reset it, or to confirm a mail address; this login stays. Whoever has none yet has confirmed
        the login of late instead.

        Raises:
            Refusal: oidc_only, wrong_password, confirmation_required, bad_password, weak_password,
                overloaded.
        """
        self.site.require_passwords()
        if not session.user.has_password:
            require_recent(session)
        await session.user.change_password(password, new)
        log.info("password_changed", user=session.user_id)
        await self._sessions.end_others(session)
        await AccessToken.end_all(session.user_id)
        await PasswordReset.end(session.user_id)
        await EmailAddress.forget_pending(session.user_id)
        self._sessions.tell_all_ended(session.user_id, [])

    @shielded
    async def reset_password(self, token: str, password: str) -> User:
        """Choose another password by a link that an administrator has made, or that came by mail.
        All logins end, and access tokens. Whoever had one before is told.

        Raises:
            Refusal: oidc_only, bad_reset_link, bad_password, weak_password, overloaded.
        """
        self.site.require_passwords()
        user, ended = await PasswordReset.use(token, password, has_mail=self._mailer.is_on)
        self._mailer.wake()
        await EmailAddress.forget_pending(user.id)
        self._sessions.tell_all_ended(user.id, ended)
        log.info("password_reset", user=user.id)
        return user
