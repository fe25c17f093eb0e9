"""Sends the mail that is queued, and says what has become of it."""

import asyncio
from datetime import timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog
from tortoise.timezone import now

from background import end, woken
from config import Settings
from models import QueuedMail
from models.queued_mail import MailFacts
from realtime.metrics import metrics
from services.letters import message_of
from services.mail_writer import MailWriter

if TYPE_CHECKING:
    from services.smtp import MailServer

log = structlog.get_logger(__name__)

# How often it is looked for mail that is due: an index, and no row mostly.
POLL_SECONDS = 1.0
# What is under way when the process ends is waited for.
STOP_SECONDS = 5.0
# How long after each attempt the next one comes, the last wait again and again.
WAITS = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60, 180))
# How long it makes sense to go on.
PATIENCE = {QueuedMail.RESET: timedelta(hours=1)}
DEFAULT_PATIENCE = timedelta(days=1)


class Mailer:
    """The mail of one process; of several each sends what no other has claimed. Without SMTP_URL
    nothing is queued, and nothing sent.
    """

    def __init__(self, settings: Settings, writer: MailWriter) -> None:
        self._settings = settings
        self._writer = writer
        self._server: MailServer | None = None
        self._is_stopping = False
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def is_on(self) -> bool:
        """Whether there is a mail server."""
        return self._settings.smtp_url is not None

    def start(self) -> None:
        if self.is_on:
            self._task = asyncio.create_task(self._run(), name="mailer")

    async def stop(self) -> None:
        self._is_stopping = True
        self.wake()
        if self._task:
            await asyncio.wait({self._task}, timeout=STOP_SECONDS)
            await end(self._task)

    def wake(self) -> None:
        """Something was queued that somebody waits for."""
        self._woken.set()

    async def tell_new_login(self, user_id: int, user_agent: str) -> None:
        """Queue the mail about a login in a browser that the account did not know."""
        if self.is_on:
            facts = MailFacts(user_agent=user_agent[:200])
            await QueuedMail.queue(QueuedMail.NEW_LOGIN, user_id, facts=facts)

    async def send_due(self) -> None:
        """Send everything that is due."""
        while not self._is_stopping and (mail := await QueuedMail.claim()):
            await self._deliver(mail)

    async def _run(self) -> None:
        while not self._is_stopping:
            await woken(self._woken, POLL_SECONDS)
            self._woken.clear()
            try:
                await self.send_due()
            except Exception as error:  # The database is away.
                log.warning("mail_not_looked_for", error=str(error))

    async def _deliver(self, mail: QueuedMail) -> None:
        if mail.was_interrupted and mail.kind == QueuedMail.DIGEST:
            # The process before may have sent it: rather none than two.
            log.warning("mail_dropped", mail=mail.id, kind=mail.kind)
            await mail.take_out()
            return
        try:
            is_sent = await self._send(mail)
        except Exception as error:
            await self._note_failure(mail, error)
            return
        await mail.take_out()
        metrics.count("mails_sent", is_sent)
        event = "mail_sent" if is_sent else "mail_not_needed"
        log.info(event, mail=mail.id, kind=mail.kind, user=mail.user_id, attempts=mail.attempts)

    async def _send(self, mail: QueuedMail) -> bool:
        letter = await self._writer.write(mail)
        if letter is None:
            return False
        host = urlsplit(self._settings.base_url).hostname or "localhost"
        # The same for each attempt: whoever has got it twice can tell.
        message_id = f"<{mail.id}.{int(mail.queued_at.timestamp() * 1e6)}@{host}>"
        message = message_of(letter, self._settings.mail_from, message_id, now())
        await self._mail_server(host).send(message, letter.address)
        return True

    def _mail_server(self, own_name: str) -> "MailServer":
        if self._server is None:
            from services.smtp import MailServer  # noqa: PLC0415 - most have none

            sender = parseaddr(self._settings.mail_from)[1]
            self._server = MailServer(self._settings.smtp_url or "", sender, own_name)
        return self._server

    async def _note_failure(self, mail: QueuedMail, error: Exception) -> None:
        """Try again later, or give it up."""
        what = {"mail": mail.id, "kind": mail.kind, "user": mail.user_id, "attempts": mail.attempts}
        # The words of a server's answer may have the address in them; its code has not.
        reason = f"{type(error).__name__} {getattr(error, 'code', None) or str(error)[:200]}"
        wait = WAITS[min(mail.attempts, len(WAITS)) - 1]
        patience = PATIENCE.get(mail.kind, DEFAULT_PATIENCE)
        if getattr(error, "is_final", False) or now() + wait > mail.queued_at + patience:
            metrics.count("mails_given_up")
            log.error("mail_given_up", **what, error=reason)
            await mail.take_out()
            return
        log.warning("mail_not_sent", **what, error=reason, retry_after=wait.total_seconds())
        await mail.postpone(wait)
