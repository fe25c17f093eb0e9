"""Logins: begun, used, ended, each with the sockets that were opened by it."""

from collections.abc import Callable
from datetime import timedelta

import structlog
from msgspec import Struct

from config import Settings
from models import LoginTicket, Refusal, Session, User
from models.database import shielded
from models.membership import ID_MAX
from models.oidc_logout import Origin
from models.passkey import Purpose
from models.session import Lifetimes
from models.totp import use_code
from realtime.envelope import SessionEnded, TokenEnded
from realtime.hub import Hub
from realtime.metrics import metrics
from services.mailer import Mailer
from services.passkeys import Passkeys
from services.relying_party import RelyingParty
from services.site import Site

log = structlog.get_logger(__name__)

HERE = Origin()


class Browser(Struct, frozen=True):
    """In what a login begins: its User-Agent, and whether the account has logged in with it."""

    agent: str
    is_known: bool = False


class Proof(Struct, frozen=True):
    """A second factor: a code of an app or from paper, or what a passkey has signed (JSON)."""

    code: str = ""
    credential: str = ""


class Sessions:
    """The logins of all users."""

    def __init__(
        self, hub: Hub, passkeys: Passkeys, mailer: Mailer, site: Site, settings: Settings
    ) -> None:
        self._hub = hub
        self._site = site
        self._passkeys = passkeys
        self._mailer = mailer
        idle = settings.session_idle_days
        self.lifetimes = Lifetimes(
            timedelta(days=settings.session_days), timedelta(days=idle) if idle else None
        )

    async def start(self, username: str, password: str, browser: Browser) -> tuple[User, str]:
        """Log in. Returns the user and the token of the new session.

        Raises:
            Refusal: oidc_only; bad_credentials, overloaded; second_factor_required, with a ticket;
                awaiting_approval, account_disabled, account_disabled_until.
        """
        self._site.require_passwords()
        user = await User.authenticate(username, password)
        user.check_may_log_in()
        if user.has_factor:
            log.info("factor_asked", user=user.id)
            raise Refusal("second_factor_required", ticket=await LoginTicket.make(user))
        return user, await self.start_of(user, browser)

    async def finish(
        self, ticket: LoginTicket, proof: Proof, site: RelyingParty, browser: Browser
    ) -> tuple[User, str]:
        """Log in by the second factor, the password having been right.

        Raises:
            Refusal: bad_ticket, bad_code, bad_passkey, bad_credentials, and as `start`.
        """
        self._site.require_passwords()
        await ticket.count_try()
        if proof.credential:
            made_for = Purpose.FACTOR, ticket.id
            passkey = await self._passkeys.verify(proof.credential, site, *made_for)
            if passkey.user_id != ticket.user_id:
                raise Refusal("bad_passkey")
        elif not await use_code(ticket.user_id, proof.code):
            raise Refusal("bad_code")
        await ticket.use()
        return ticket.user, await self.start_of(ticket.user, browser)

    async def start_by_passkey(
        self, credential: str, site: RelyingParty, browser: Callable[[User], Browser]
    ) -> tuple[User, str]:
        """Log in by a passkey alone: it is two factors, a device and what unlocks it.

        Raises:
            Refusal: bad_passkey, and as `start`.
        """
        self._site.require_passwords()
        user = (await self._passkeys.verify(credential, site, Purpose.LOGIN)).user
        return user, await self.start_of(user, browser(user))

    async def start_of(self, user: User, browser: Browser, origin: Origin = HERE) -> str:
        """Log in somebody who has just shown who they are, here or to the OpenID provider. Returns
        the token.
        """
        # Of the first login of an account nobody has to be told.
        is_new = not browser.is_known and (user.last_seen or await Session.all_of(user.id))
        token = await Session.start(
            user, browser.agent, lifetimes=self.lifetimes, is_new=bool(is_new), origin=origin
        )
        if is_new:
            await self._mailer.tell_new_login(user.id, browser.agent)
        metrics.count("logins")
        log.info("logged_in", user=user.id)
        return token

    async def record_use(self, session: Session) -> None:
        """Remember when a login was last used; nothing fails by it."""
        try:
            await session.store_last_used(self.lifetimes)
        except Exception as error:
            log.warning("use_not_stored", session=session.id, error=str(error))

    async def record_use_of(self, session_id: int) -> None:
        """The same of a login that is known by its id alone."""
        try:
            if session := await Session.get_or_none(id=session_id):
                await session.store_last_used(self.lifetimes)
        except Exception as error:
            log.warning("use_not_stored", session=session_id, error=str(error))

    async def mark_seen(self, session: Session) -> None:
        """The user's new logins were their own; a login cannot say so of itself.

        Raises:
            Refusal: forbidden.
        """
        if session.is_new:
            raise Refusal("forbidden")
        await Session.mark_seen(session.user_id)

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
        self.tell_ended(user_id, ended)
        return ended

    def tell_ended(self, user_id: int, ended: list[int]) -> None:
        """These logins of the user are no more: close their sockets, on every process."""
        for session_id in ended:
            self._hub.revoke(SessionEnded(session_id))
        log.info("logged_out", user=user_id, sessions=ended)

    def tell_all_ended(self, user_id: int, ended: list[int]) -> None:
        """The same, and the user's access tokens are no more either."""
        self.tell_ended(user_id, ended)
        self._hub.revoke(TokenEnded(user_id))
