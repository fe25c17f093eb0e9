"""A server of Beseda that writes mail to a mailbox."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from tests.support.mailbox import Mailbox, link_in, mailbox
from tests.support.person import Person
from tests.support.server import Server
from tests.support.tls import Certificate


class MailSite(NamedTuple):
    """The two of them."""

    server: Server
    box: Mailbox

    async def with_address(self, person: Person, address: str) -> None:
        """Let somebody have an address that they have confirmed."""
        before = len(self.box.all_to(address))
        answer = await person.http.put("/api/email", json={"address": address})
        assert answer.status_code == 202, answer.text
        link = link_in(await self.box.to(address, before + 1), "/email/confirm/")
        assert (await person.http.post(link)).status_code == 200


@asynccontextmanager
async def mail_site(
    folder: Path, certificate: Certificate, database_url: str, **settings: str
) -> AsyncIterator[MailSite]:
    """Start both, and stop them at the end."""
    async with mailbox(certificate) as box:
        given = {
            "DATABASE_URL": database_url,
            "SMTP_URL": f"smtp://127.0.0.1:{box.port}",
            "MAIL_FROM": "Beseda <beseda@chat.example.org>",
            "SSL_CERT_FILE": str(certificate.certfile),
            "LOCALE": "en",
        }
        server = Server(Path(tempfile.mkdtemp(dir=folder)), {**given, **settings})
        server.settings["BASE_URL"] = server.url
        await server.start()
        try:
            yield MailSite(server, box)
        finally:
            await server.stop()
    assert "Traceback" not in server.log(), server.log()
    assert "@example.org" not in server.log(), "addresses are nobody's business in the log"
