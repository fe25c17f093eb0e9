"""What administrators of the server do to accounts: pages, API and nobody else."""

from datetime import UTC, datetime

import structlog

from models import PasswordReset, Refusal, User
from models.administration import (
    disable,
    enable,
    end_logins,
    make_account,
    set_server_role,
)
from models.audit_entry import REASON_MAX
from models.database import shielded, storable
from models.membership import ID_MAX
from models.queries.administration import FIRST, PAGE, STATES, AccountRow, account, accounts
from models.second_factors import clear_factors
from services.actor import Actor
from services.guards import require_account
from services.policy import require_admin, require_admin_act
from services.rate_limits import RateLimits
from services.sessions import Sessions
from services.site import Site, SiteChanges, SiteState

log = structlog.get_logger(__name__)


class Administration:
    """All accounts, and the settings of the server."""

    def __init__(self, sessions: Sessions, site: Site, limits: RateLimits) -> None:
        self._sessions = sessions
        self._site = site
        self._limits = limits

    async def people(
        self, actor: Actor, text: str, state: str, cursor: int | None
    ) -> tuple[list[AccountRow], int | None]:
        """A page of the accounts that are called like this (all for ""), in this `state`: all,
        waiting, disabled, imported or admins. And the cursor of the next page.

        Raises:
            Refusal: not_admin, forbidden, bad_request, rate_limited.
        """
        require_admin(actor)
        if state not in STATES:
            raise Refusal("bad_request", problem="state")
        self._limits.searches.check(actor.user_id)
        return page_of(await accounts(text, state, FIRST if cursor is None else cursor))

    async def person(self, actor: Actor, user_id: int) -> AccountRow:
        """One account. Raises Refusal: not_admin, forbidden, not_found."""
        require_admin(actor)
        found = await account(user_id) if 0 < user_id <= ID_MAX else None
        if found is None:
            raise Refusal("not_found")
        return found

    @shielded
    async def make_account(self, actor: Actor, username: str) -> tuple[AccountRow, str]:
        """Make an account. Returns it, and the token of the link by which its owner chooses a
        password.

        Raises:
            Refusal: not_admin, forbidden, oidc_only, bad_username, username_taken, rate_limited.
        """
        self._check(actor)
        self._site.require_passwords()
        token = await make_account(username, actor.user_id)
        user = await PasswordReset.user_of(token)
        log.info("account_made", user=user.id, by=actor.user_id)
        return await self.person(actor, user.id), token

    @shielded
    async def make_reset_link(self, actor: Actor, user_id: int) -> str:
        """The token of a link by which somebody chooses another password; earlier ones end.

        Raises:
            Refusal: not_admin, forbidden, not_found, oidc_only, rate_limited.
        """
        user = await self._user(actor, user_id)
        self._site.require_passwords()
        token = await PasswordReset.make(user, actor.user_id)
        log.info("password_reset_made", user=user.id, by=actor.user_id)
        return token

    @shielded
    async def set_role(self, actor: Actor, user_id: int, role: str, reason: str = "") -> None:
        """Make somebody an administrator (User.ADMIN), or no longer ("").

        Raises:
            Refusal: not_admin, forbidden, not_found, last_administrator, bad_field, rate_limited.
        """
        user = await self._user(actor, user_id)
        await set_server_role(user, role, actor.user_id, checked_reason(reason))
        log.info("server_role_set", user=user.id, by=actor.user_id, role=role or "member")

    @shielded
    async def disable(
        self, actor: Actor, user_id: int, reason: str = "", until: datetime | None = None
    ) -> None:
        """Let somebody log in no more, or not before `until`: their logins end, their sockets are
        closed, and whoever knows the password is told the reason.

        Raises:
            Refusal: not_admin, forbidden, not_found, last_administrator, bad_until, bad_field,
                rate_limited.
        """
        user = await self._user(actor, user_id)
        ended = await disable(user, actor.user_id, checked_reason(reason), checked_end(until))
        self._sessions.tell_all_ended(user.id, ended)
        log.info("account_disabled", user=user.id, by=actor.user_id)

    @shielded
    async def enable(self, actor: Actor, user_id: int, reason: str = "") -> None:
        """Let somebody log in who was disabled, or approve a new account.

        Raises:
            Refusal: not_admin, forbidden, not_found, bad_field, rate_limited.
        """
        user = await self._user(actor, user_id)
        await enable(user, actor.user_id, checked_reason(reason))
        log.info("account_enabled", user=user.id, by=actor.user_id)

    @shielded
    async def end_logins(self, actor: Actor, user_id: int) -> None:
        """End all logins and access tokens of somebody; their sockets are closed.

        Raises:
            Refusal: not_admin, forbidden, not_found, rate_limited.
        """
        user = await self._user(actor, user_id)
        self._sessions.tell_all_ended(user.id, await end_logins(user, actor.user_id))
        log.info("logins_ended", user=user.id, by=actor.user_id)

    @shielded
    async def clear_factors(self, actor: Actor, user_id: int, reason: str = "") -> None:
        """Take away the second factors of somebody who has lost them. Their logins end, and they
        are told.

        Raises:
            Refusal: not_admin, forbidden, not_found, only_login (of oneself), bad_field,
                rate_limited.
        """
        user = await self._user(actor, user_id)
        reason = checked_reason(reason)
        ended = await clear_factors(user, actor.user_id, self._site.ways, reason)
        self._sessions.tell_all_ended(user.id, ended)
        log.info("factors_cleared", user=user.id, by=actor.user_id)

    async def settings(self, actor: Actor) -> SiteState:
        """What is so for the whole server. Raises Refusal: not_admin, forbidden."""
        require_admin(actor)
        return await self._site.state()

    @shielded
    async def change_settings(self, actor: Actor, changes: SiteChanges) -> SiteState:
        """Change some of them; it holds at once, on every process.

        Raises:
            Refusal: not_admin, forbidden, bad_site_name, own_factor_first, rate_limited.
        """
        self._check(actor)
        await self._site.change(changes, actor.user_id)
        log.info("settings_changed", by=actor.user_id)
        return await self._site.state()

    def _check(self, actor: Actor) -> None:
        require_admin_act(actor)
        self._limits.changes.check(actor.user_id)

    async def _user(self, actor: Actor, user_id: int) -> User:
        self._check(actor)
        user = await require_account(user_id)
        if user.is_deleted:
            raise Refusal("not_found")
        return user


def checked_reason(reason: str) -> str:
    """The reason in one line, for the log and for whom it concerns; "" for none.

    Raises:
        Refusal: bad_field.
    """
    reason = " ".join(reason.split())
    if len(reason) > REASON_MAX or not storable(reason):
        raise Refusal("bad_field", problem="reason")
    return reason


def checked_end(until: datetime | None) -> datetime | None:
    """When something ends, in UTC: SQLite compares times as texts; None: never.

    Raises:
        Refusal: bad_until, when that is over, or no time of ours.
    """
    if until is None:
        return None
    try:
        until = until.astimezone(UTC)
    except OverflowError:
        raise Refusal("bad_until") from None
    if until <= datetime.now(UTC):
        raise Refusal("bad_until")
    return until


def page_of(rows: list[AccountRow]) -> tuple[list[AccountRow], int | None]:
    """A page of rows of which one more than PAGE was asked for, and the cursor of the next."""
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None
