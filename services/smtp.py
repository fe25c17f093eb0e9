"""The mail server: connected to for each mail, over TLS unless it is on this machine."""

import asyncio
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib

SECONDS = 60.0  # For all of one mail.
PORTS = {"smtp": 587, "smtps": 465, "smtp+insecure": 25}
PERMANENT = range(500, 600)


class Refused(Exception):  # noqa: N818 - says what has happened
    """The server will not take this mail, however often it is tried."""

    is_final = True


class NotNow(Exception):  # noqa: N818 - says what has happened
    """The server has not taken it this time."""


class MailServer:
    """What SMTP_URL names."""

    def __init__(self, url: str, sender: str, own_name: str) -> None:
        parts = urlsplit(url)
        self._kind = parts.scheme
        self._host = parts.hostname or ""
        self._port = parts.port or PORTS[parts.scheme]
        self._username = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._sender = sender
        self._own_name = own_name
        self._trust: ssl.SSLContext | None = None

    async def send(self, message: EmailMessage, recipient: str) -> None:
        """Hand one mail over.

        Raises:
            Refused; NotNow, or any other exception, where trying again makes sense.
        """
        client = await self._client()
        async with asyncio.timeout(SECONDS), client:
            try:
                await client.send_message(message, sender=self._sender, recipients=[recipient])
            except aiosmtplib.SMTPRecipientsRefused as error:
                if all(each.code in PERMANENT for each in error.recipients):
                    raise Refused(_codes(error)) from None
                raise NotNow(_codes(error)) from None
            except aiosmtplib.SMTPDataError as error:
                if error.code in PERMANENT:
                    raise Refused(str(error.code)) from None
                raise NotNow(str(error.code)) from None

    async def greet(self) -> str:
        """Connect as for a mail, log in, and leave without one; what the server says of itself.

        Raises:
            Whatever stands in the way.
        """
        async with asyncio.timeout(SECONDS / 3), await self._client() as client:
            answer = await client.noop()
            return f"{self._host}:{self._port}: {answer.code} {answer.message}"

    async def _client(self) -> aiosmtplib.SMTP:
        if self._trust is None and self._kind != "smtp+insecure":
            # Reading the certificates of all authorities takes 20 ms.
            self._trust = await asyncio.to_thread(ssl.create_default_context)
        return aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._username,
            password=self._password,
            local_hostname=self._own_name,  # Its own guess asks DNS, and waits for it.
            timeout=SECONDS / 3,
            use_tls=self._kind == "smtps",
            # None would go on in clear text where the server does not offer it.
            start_tls=self._kind == "smtp",
            tls_context=self._trust,
        )


def _codes(error: aiosmtplib.SMTPRecipientsRefused) -> str:
    # What the server says of it names the address, which is nobody's business in a log.
    return " ".join(str(each.code) for each in error.recipients)
