"""Mail addresses: added, confirmed, removed; and what is sent to them."""

import structlog

from models import EmailAddress, QueuedMail, Refusal, Session, User
from models.database import shielded
from models.email_address import checked_email, email_key
from services.confirmations import require_recent
from services.leave_links import LeaveLinks
from services.mailer import Mailer

log = structlog.get_logger(__name__)


class EmailAddresses:
    """The mail addresses of all users. Without a mail server there are none."""

    def __init__(self, mailer: Mailer, leave_links: LeaveLinks) -> None:
        self._mailer = mailer
        self._leave_links = leave_links

    @property
    def are_on(self) -> bool:
        """Whether mail is sent here at all."""
        return self._mailer.is_on

    def require_on(self) -> None:
        """Raises Refusal: not_found, where no mail is sent."""
        if not self.are_on:
            raise Refusal("not_found")

    async def of(self, user: User) -> EmailAddress:
        """What somebody has said; nothing yet, as a row that is not stored."""
        self.require_on()
        return await EmailAddress.of(user.id) or EmailAddress(user_id=user.id)

    @shielded
    async def ask(self, session: Session, address: str) -> str:
        """Send a link to this address, by which it is confirmed. Returns it as it was understood.

        Raises:
            Refusal: not_found, confirmation_required, bad_email.
        """
        self.require_on()
        # Whoever has the mail of an account can take it over.
        require_recent(session)
        address = checked_email(address)
        await EmailAddress.ask(session.user_id, address)
        self._mailer.wake()
        log.info("email_asked", user=session.user_id)
        return address

    async def asked_by(self, token: str) -> EmailAddress:
        """What a link would confirm. Raises Refusal: not_found, bad_email_link."""
        self.require_on()
        return await EmailAddress.asked_by(token)

    @shielded
    async def confirm(self, token: str) -> EmailAddress:
        """Use the link. Raises Refusal: not_found, bad_email_link, email_taken."""
        self.require_on()
        mine = await EmailAddress.confirm(token)
        self._mailer.wake()
        log.info("email_confirmed", user=mine.user_id)
        return mine

    @shielded
    async def remove(self, session: Session) -> None:
        """No address, neither a confirmed one nor one that is asked for. Raises Refusal: not_found,
        confirmation_required.
        """
        self.require_on()
        require_recent(session)
        await EmailAddress.remove(session.user_id)
        self._mailer.wake()
        log.info("email_removed", user=session.user_id)

    async def set_digest(self, user: User, *, is_wanted: bool) -> None:
        """Whether they want mail about what they have missed. Raises Refusal: not_found."""
        self.require_on()
        await EmailAddress.set_digest(user.id, is_wanted=is_wanted)

    async def whose_leave_link(self, token: str) -> EmailAddress:
        """Whose digests a link ends. Raises Refusal: not_found."""
        self.require_on()
        return await self._leave_links.whose(token)

    async def leave(self, token: str) -> EmailAddress:
        """No more digests, by a link in one. Raises Refusal: not_found."""
        mine = await self.whose_leave_link(token)
        await EmailAddress.set_digest(mine.user_id, is_wanted=False)
        log.info("digest_left", user=mine.user_id)
        return mine

    async def ask_reset(self, address: str) -> None:
        """Queue a mail with a link for a new password, to whoever has confirmed this address. Who
        that is, if anybody, is not looked for before it is sent: so what is done meanwhile, and how
        long it takes, is the same for all addresses.

        Raises:
            Refusal: not_found, bad_email.
        """
        self.require_on()
        key = email_key(checked_email(address))
        await QueuedMail.queue(QueuedMail.RESET, address=key)
