"""Accounts that are made by whoever has been invited."""

import structlog
from tortoise.exceptions import IntegrityError

from models import OidcIdentity, Passkey, Refusal, User
from models.database import shielded
from models.invite_admission import RegisterByLink, TakeBack
from models.invite_link import digest_of
from models.name_key import NameKey
from models.names import name_keys
from models.passkey_accounts import why_not_stored
from models.passwords import NO_HASH
from models.queries.invite_links import LinkRow
from realtime.journal import Journal
from realtime.metrics import metrics
from services.invite_links import InviteLinks
from services.site import Site

log = structlog.get_logger(__name__)


class InvitedAccounts:
    """New accounts, each of which is in the room of its link from the start."""

    def __init__(self, journal: Journal, links: InviteLinks, site: Site, members_max: int) -> None:
        self._journal = journal
        self.links = links
        self._site = site
        self._members_max = members_max

    async def check_registration(self, token: str) -> LinkRow:
        """The link, by which an account can be made at this moment.

        Raises:
            Refusal: not_found; invite_used_up, invite_expired, invite_revoked;
                registration_closed, invite_required.
        """
        link = await self.links.find_good(token)
        if code := await self.links.why_no_account(link):
            raise Refusal(code)
        return link

    @shielded
    async def register(self, token: str, username: str, password: str) -> tuple[User, int | None]:
        """Make an account, which is in the link's room. Returns it, and the room's id. When it is
        refused, nothing of the link is used up.

        Raises:
            Refusal: as `check_registration`; bad_username, bad_password, weak_password,
                username_taken, too_many_members, overloaded.
        """
        link = await self.check_registration(token)
        name, password_hash = await User.prepared(username, password)
        return await self._registered(token, link, name, password_hash)

    @shielded
    async def register_by_passkey(
        self, token: str, username: str, passkey: Passkey
    ) -> tuple[User, int | None]:
        """The same with a passkey that is nobody's yet, in the place of a password.

        Raises:
            Refusal: as `register`, but for what is about passwords; bad_passkey, when it is an
                account's already.
        """
        link = await self.check_registration(token)
        name = await User.free_username(username)
        return await self._registered(token, link, name, NO_HASH, passkey=passkey)

    @shielded
    async def register_by_provider(
        self, token: str, username: str, identity: tuple[str, str]
    ) -> tuple[User, int | None]:
        """The same for somebody whom the OpenID provider vouches for: issuer and subject. They need
        no invitation to the server as well.

        Raises:
            Refusal: as `register`, but for what is about passwords; identity_taken.
        """
        link = await self.links.find_good(token)
        name = await User.free_username(username)
        return await self._registered(token, link, name, NO_HASH, identity=identity)

    async def _registered(
        self,
        token: str,
        link: LinkRow,
        name: str,
        password_hash: str,
        *,
        identity: tuple[str, str] | None = None,
        passkey: Passkey | None = None,
    ) -> tuple[User, int | None]:
        waits = (await self._site.state()).registration == "approval"
        about = (digest_of(token), link.room_id, self._members_max, waits, identity, passkey)
        try:
            user = await self._journal.run(RegisterByLink(name, password_hash, *about))
        except IntegrityError:  # Somebody else took it while we were hashing.
            is_theirs = identity and await OidcIdentity.named(*identity)
            code = "identity_taken" if is_theirs else await why_not_stored(passkey)
            raise Refusal(code) from None
        # As in User.register: display names have no such constraint.
        if await NameKey.are_held(name_keys(name), but=user.id):
            await self._journal.run(TakeBack(user, link.id, link.room_id))
            raise Refusal("username_taken")
        metrics.count("registrations")
        state = user.state or "active"
        log.info("registered", user=user.id, state=state, link=link.id, room=link.room_id)
        return user, link.room_id
