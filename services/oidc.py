"""Logging in by an OpenID provider: who somebody is there, and which account that is here."""

import asyncio
import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog
from msgspec import Struct

from config import Settings
from models import OidcIdentity, OidcUse, Refusal, Session, User
from models.database import shielded
from models.membership import ID_MAX
from models.oidc_accounts import (
    link_identity,
    note_login,
    register_identity,
    unlink_identity,
)
from models.oidc_logout import Origin
from realtime.metrics import metrics
from services.accounts import Accounts
from services.confirmations import require_recent
from services.invited_accounts import InvitedAccounts
from services.oidc_claims import Claims
from services.sessions import Browser, Sessions

if TYPE_CHECKING:
    from services.oidc_provider import Provider

log = structlog.get_logger(__name__)

_NO_NAME = re.compile(r"[^\w.-]+")
# How many names beside the one that the provider has are tried, for the form to begin with.
OTHER_NAMES = 9


class Asked(Struct, frozen=True):
    """What a browser was sent to the provider with, and has come back for."""

    redirect_uri: str
    state: str
    nonce: str
    verifier: str


class Person(Struct, frozen=True):
    """Who somebody is to the provider, as far as an account is made of it."""

    issuer: str
    subject: str
    name: str
    in_group: bool
    # Which session it is over there; "": the provider does not say.
    session: str = ""

    @property
    def origin(self) -> Origin:
        """What a login keeps of it."""
        return Origin.of(self.issuer, self.subject, self.session)


class Oidc:
    """The provider of OIDC_ISSUER, where there is one."""

    def __init__(
        self,
        settings: Settings,
        sessions: Sessions,
        accounts: Accounts,
        invited_accounts: InvitedAccounts,
    ) -> None:
        self._settings = settings
        self._invited_accounts = invited_accounts
        self._sessions = sessions
        self._accounts = accounts
        self._provider: Provider | None = None
        self._lock = asyncio.Lock()

    @property
    def name(self) -> str:
        """What the provider is called on pages; "" where there is none."""
        issuer = self._settings.oidc_issuer or ""
        return self._settings.oidc_name or issuer.partition("://")[2].partition("/")[0]

    async def provider(self) -> "Provider":
        """Raises Refusal: not_found, where there is none."""
        if self._settings.oidc_issuer is None:
            raise Refusal("not_found")
        async with self._lock:
            if self._provider is None:
                # In a thread: the first import takes 0.2 s.
                self._provider = await asyncio.to_thread(_made, self._settings)
        return self._provider

    async def address(self, asked: Asked, *, is_fresh: bool) -> str:
        """Where a browser is sent; with `is_fresh` whoever is logged in there shows anew who they
        are.

        Raises:
            Refusal: not_found, oidc_unavailable.
        """
        provider = await self.provider()
        about = (asked.redirect_uri, asked.state, asked.nonce, asked.verifier)
        return await provider.authorization_url(*about, is_fresh=is_fresh)

    async def claims(self, asked: Asked, code: str, issuer: str | None) -> Claims:
        """Who the provider says has come back, to whom this was asked. It is answered once.

        Raises:
            Refusal: not_found, oidc_failed, oidc_unavailable.
        """
        provider = await self.provider()
        await OidcUse.note(f"state {asked.state}")
        await provider.check_issuer(issuer)
        if not code:  # Such as access_denied.
            raise Refusal("oidc_failed")
        return await provider.claims(code, asked.redirect_uri, asked.verifier, asked.nonce)

    def person(self, claims: Claims) -> Person:
        """Who that is."""
        group = self._settings.oidc_admin_group
        in_group = bool(group) and group in (claims.groups or ())
        name = claims.name[:256]
        return Person(claims.issuer, claims.subject, name, in_group, claims.session)

    @shielded
    async def log_in(
        self, person: Person, browser: Callable[[User], Browser]
    ) -> tuple[User, str] | None:
        """Log in whoever has an account by this; None: nobody has. A second factor is the
        provider's to ask for. Returns the user and the token of the session.

        Raises:
            Refusal: oidc_failed; awaiting_approval, account_disabled, account_disabled_until.
        """
        identity = await OidcIdentity.named(person.issuer, person.subject)
        if identity is None:
            return None
        identity.user.check_may_log_in()
        await note_login(identity, in_group=person.in_group)
        user = identity.user
        return user, await self._sessions.start_of(user, browser(user), person.origin)

    async def suggested_name(self, person: Person) -> str:
        """A free username like the one that they have there; "" where none can be made of it."""
        name = unicodedata.normalize("NFKC", person.name.partition("@")[0])
        name = _NO_NAME.sub(".", name).strip(".-_")[: User.USERNAME_MAX - 1]
        for number in ("", *map(str, range(2, 2 + OTHER_NAMES))):
            try:
                return await User.free_username(f"{name}{number}")
            except Refusal as refusal:
                if refusal.code != "username_taken":
                    return ""
        return ""

    async def check_registration(self) -> None:
        """Whether whoever comes by the provider can have an account. It vouches for them where
        others need an invitation. Raises Refusal: registration_closed.
        """
        if await self._accounts.registration() == "closed":
            raise Refusal("registration_closed")

    @shielded
    async def register(
        self, person: Person, username: str, state: str, invite: str = ""
    ) -> tuple[User, int | None]:
        """Make an account for somebody who was nobody here, without a password; once for each
        `state` that they have come back with. `invite`: the token of the invitation's link by which
        they come. Returns it, and the id of the room that the link leads to.

        Raises:
            Refusal: registration_closed, bad_username, username_taken, identity_taken,
                oidc_failed; of an invitation also not_found, invite_used_up, invite_expired,
                invite_revoked, too_many_members.
        """
        await self.check_registration()
        username = await User.free_username(username)
        if invite:
            await self._invited_accounts.links.find_good(invite)
        await OidcUse.note(f"arrival {state}")
        room_id = None
        known = person.issuer, person.subject
        if invite:
            invited = self._invited_accounts
            user, room_id = await invited.register_by_provider(invite, username, known)
        else:
            admit = await self._accounts.admission(is_vouched_for=True)
            user = await register_identity(username, *known, admit)
            metrics.count("registrations")
        log.info("registered_by_oidc", user=user.id, state=user.state or "active")
        identity = await OidcIdentity.named(person.issuer, person.subject)
        if identity and user.may_log_in:
            await note_login(identity, in_group=person.in_group)
            user = identity.user
        return user, room_id

    async def linked(self, user: User) -> list[OidcIdentity]:
        """By which accounts of the provider this one can be logged in to."""
        return await OidcIdentity.all_of(user.id)

    @shielded
    async def link(self, session: Session, person: Person, state: str) -> None:
        """Let somebody log in to their account by this; once for each `state`.

        Raises:
            Refusal: confirmation_required, identity_taken, too_many_identities, oidc_failed.
        """
        require_recent(session)
        await OidcUse.note(f"arrival {state}")
        await link_identity(session.user, person.issuer, person.subject)
        log.info("identity_linked", user=session.user_id)

    @shielded
    async def unlink(self, session: Session, identity_id: int) -> None:
        """Raises Refusal: confirmation_required, not_found, only_login, last_administrator."""
        require_recent(session)
        if not 0 < identity_id <= ID_MAX:
            raise Refusal("not_found")
        await unlink_identity(session.user, identity_id, self._accounts.site.ways)
        log.info("identity_unlinked", user=session.user_id)

    async def confirm(self, session: Session, claims: Claims, begun: float) -> None:
        """Somebody has just shown to the provider that it is them. Raises Refusal: oidc_failed."""
        claims.check_fresh(begun)
        identity = await OidcIdentity.named(claims.issuer, claims.subject)
        if identity is None or identity.user_id != session.user_id:
            raise Refusal("oidc_failed")
        await session.confirm()
        log.info("confirmed", user=session.user_id, session=session.id)


def _made(settings: Settings) -> "Provider":
    from services.oidc_provider import Provider  # noqa: PLC0415 - most sites have no provider

    return Provider(settings)
