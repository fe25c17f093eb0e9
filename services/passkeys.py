"""Passkeys: added, named, removed, and what they sign verified (WebAuthn)."""

import asyncio
from typing import TYPE_CHECKING

import structlog

from models import Passkey, PasskeyChallenge, Refusal, Session, User
from models.database import shielded
from models.passkey import Purpose
from models.second_factors import add_passkey, remove_passkey
from services.relying_party import RelyingParty
from services.site import Site

if TYPE_CHECKING:
    from services.webauthn import WebAuthn

log = structlog.get_logger(__name__)


class Passkeys:
    """The passkeys of all users. Every one has to verify its user: by a PIN, a finger, a face."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def of(self, user_id: int) -> list[Passkey]:
        """The user's, the oldest first."""
        return await Passkey.filter(user_id=user_id).order_by("id")

    async def creation_options(self, session: Session, site: RelyingParty) -> str:
        """What a browser makes a new one by, as JSON."""
        webauthn, mine = await _webauthn(), await self.of(session.user_id)
        challenge = await PasskeyChallenge.make(Purpose.ADD, session.id)
        return webauthn.creation_options(site, webauthn.owner(session.user), challenge, mine)

    @shielded
    async def add(
        self, session: Session, credential: str, label: str, site: RelyingParty
    ) -> list[str]:
        """Add what the browser has made. Returns recovery codes where it is the first factor.

        Raises:
            Refusal: bad_label, bad_passkey, too_many_passkeys.
        """
        label = Passkey.checked_label(label)
        created = (await _webauthn()).created(credential)
        await PasskeyChallenge.use(created.challenge, Purpose.ADD, session.id)
        passkey = await created.verified(site, label)
        passkey.user_id = session.user_id
        codes = await add_passkey(session.user, passkey)
        log.info("passkey_added", user=session.user_id, passkey=passkey.id)
        return codes

    async def new_account_options(self, username: str, site: RelyingParty) -> str:
        """What a browser makes the first one by of somebody who has no account yet, as JSON.

        Raises:
            Refusal: bad_username, username_taken.
        """
        username = await User.free_username(username)
        webauthn, challenge = await _webauthn(), await PasskeyChallenge.make(Purpose.REGISTER)
        owner = webauthn.new_owner(username, challenge)
        return webauthn.creation_options(site, owner, challenge, [])

    async def of_new_account(self, credential: str, label: str, site: RelyingParty) -> Passkey:
        """What the browser has made by that: it is stored with the account.

        Raises:
            Refusal: bad_passkey.
        """
        created = (await _webauthn()).created(credential)
        await PasskeyChallenge.use(created.challenge, Purpose.REGISTER)
        passkey = await created.verified(site, label)
        passkey.user_handle = created.new_handle
        return passkey

    async def request_options(
        self, site: RelyingParty, purpose: Purpose, subject_id: int = 0, user_id: int | None = None
    ) -> str:
        """What a browser asks an authenticator by, as JSON: for this user's passkeys, or for
        whichever of this site it has. `subject_id` as in PasskeyChallenge.
        """
        webauthn, theirs = await _webauthn(), await self.of(user_id) if user_id else []
        challenge = await PasskeyChallenge.make(purpose, subject_id)
        return webauthn.request_options(site, challenge, theirs)

    async def verify(
        self, credential: str, site: RelyingParty, purpose: Purpose, subject_id: int = 0
    ) -> Passkey:
        """The passkey that has signed a challenge of ours, with its user.

        Raises:
            Refusal: bad_passkey.
        """
        signed = (await _webauthn()).signed(credential)
        await PasskeyChallenge.use(signed.challenge, purpose, subject_id)
        passkey = await Passkey.named(signed.credential_id)
        if passkey is None or not signed.may_be(passkey):
            raise Refusal("bad_passkey")
        if not await passkey.store_use(await signed.verified(site, passkey)):
            raise Refusal("bad_passkey")
        return passkey

    async def rename(self, user_id: int, passkey_id: int, label: str) -> None:
        """Raises Refusal: bad_label; not_found, for somebody else's as well."""
        mine = Passkey.filter(id=passkey_id, user_id=user_id)
        if not await mine.update(label=Passkey.checked_label(label)):
            raise Refusal("not_found")

    @shielded
    async def remove(self, session: Session, passkey_id: int) -> None:
        """Raises Refusal: not_found, for somebody else's as well; only_login."""
        await remove_passkey(session.user, passkey_id, self._site.ways)
        log.info("passkey_removed", user=session.user_id, passkey=passkey_id)


async def _webauthn() -> "WebAuthn":
    # In a thread: the first import takes 0.15 s.
    return await asyncio.to_thread(_imported)


def _imported() -> "WebAuthn":
    from services.webauthn import WebAuthn  # noqa: PLC0415 - most processes never need it

    return WebAuthn()
