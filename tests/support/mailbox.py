"""A real mail server, and what has come to it."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.tls import Certificate
from tests.support.waiting import DEADLINE, deadline

USER, PASSWORD = "beseda", "a password / of: the tests@"


class Mailbox:
    """Takes every mail, unless it is told how to answer instead."""

    def __init__(self, port: int, certificate: Certificate, kind: str) -> None:
        self.port = port
        self.certificate = certificate
        self.kind = kind
        self.mails: list[EmailMessage] = []
        self.were_secret: list[bool] = []
        self.answers: dict[str, str] = {}  # By recipient.
        self._news = asyncio.Condition()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's own
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's own
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=default)
        assert isinstance(mail, EmailMessage)
        async with self._news:
            self.mails.append(mail)
            self.were_secret.append(session.ssl is not None or self.kind == "smtps")
            self._news.notify_all()
        return "250 OK"

    async def to(self, address: str, count: int = 1) -> EmailMessage:
        """Wait until so many have come to this address; return the last."""
        async with deadline(DEADLINE, f"mail {count} to {address}"), self._news:
            await self._news.wait_for(lambda: len(self.all_to(address)) >= count)
        return self.all_to(address)[count - 1]

    def all_to(self, address: str) -> list[EmailMessage]:
        """What has come to this address by now."""
        return [each for each in self.mails if each["To"] == address]


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    """Return the text of a mail."""
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def link_in(mail: EmailMessage, path: str) -> str:
    """Return the path of the link in a mail that begins like this."""
    found = re.search(rf"https?://[^/\s]+({path}\S*)", text_of(mail))
    assert found is not None, text_of(mail)
    assert found[1] in text_of(mail, "html").replace("&amp;", "&")
    return found[1]


@asynccontextmanager
async def mailbox(
    certificate: Certificate, kind: str = "smtp", *, needs_login: bool = False
) -> AsyncIterator[Mailbox]:
    """Serve: `smtp` has STARTTLS, `smtps` TLS from the beginning, `smtp+insecure` neither."""
    trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trust.load_cert_chain(certificate.certfile, certificate.keyfile)
    box = Mailbox(0, certificate, kind)

    def authenticate(*given: Any) -> AuthResult:
        is_right = given[-1] == LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_right, handled=is_right)  # Else it answers by itself.

    def serve() -> SMTP:
        return SMTP(
            box,
            hostname="mail.test",
            tls_context=trust if kind == "smtp" else None,
            require_starttls=kind == "smtp",
            auth_required=needs_login,
            auth_require_tls=kind == "smtp",
            authenticator=authenticate,
        )

    loop = asyncio.get_running_loop()
    secret = trust if kind == "smtps" else None
    server = await loop.create_server(serve, "127.0.0.1", 0, ssl=secret)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
