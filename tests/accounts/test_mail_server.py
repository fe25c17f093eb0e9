"""How mail is handed over: to real servers, over TLS or not at all, once and again."""

import ssl
from datetime import timedelta
from urllib.parse import quote

import aiosmtplib
import pytest
from tortoise.timezone import now

from config import Settings
from models import EmailAddress, QueuedMail
from realtime.broadcast.memory import MemoryBroadcast
from realtime.presence.memory import MemoryLeases
from services import Services
from services.letters import Letter, message_of
from services.smtp import MailServer, Refused
from tests.support.mailbox import PASSWORD, USER, Mailbox, mailbox
from tests.support.tables import opened, people
from tests.support.tls import Certificate

FROM = "Beseda <beseda@chat.example.org>"
ANNA = "anna@example.org"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """Of the mail servers."""
    return Certificate.make(tmp_path_factory.mktemp("mail"))


@pytest.fixture(autouse=True)
def _trusted(monkeypatch: pytest.MonkeyPatch, certificate: Certificate) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.certfile))


def message(subject: str = "Hello") -> Letter:
    return Letter(ANNA, "en", subject, ["Good day"], ("Open", "https://chat.example.org/"))


async def hand_over(url: str) -> None:
    server = MailServer(url, "beseda@chat.example.org", "chat.example.org")
    await server.send(message_of(message(), FROM, "<1@chat.example.org>", now()), ANNA)


@pytest.mark.parametrize("kind", ["smtp", "smtps", "smtp+insecure"])
async def test_each_way_to_a_server(certificate: Certificate, kind: str) -> None:
    async with mailbox(certificate, kind) as box:
        await hand_over(f"{kind}://127.0.0.1:{box.port}")
    (mail,) = box.mails
    assert box.were_secret == [kind != "smtp+insecure"]
    assert (mail["From"], mail["To"], mail["Subject"]) == (FROM, ANNA, "Hello")
    assert (mail["Message-ID"], mail["Auto-Submitted"]) == (
        "<1@chat.example.org>",
        "auto-generated",
    )


async def test_login_at_the_server(certificate: Certificate) -> None:
    async with mailbox(certificate, needs_login=True) as box:
        await hand_over(f"smtp://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{box.port}")
        with pytest.raises(aiosmtplib.SMTPAuthenticationError):
            await hand_over(f"smtp://{USER}:wrong@127.0.0.1:{box.port}")
    assert len(box.mails) == 1


async def test_nothing_is_sent_in_clear_text(certificate: Certificate) -> None:
    """By a server that offers no STARTTLS, or whoever stands before it and hides that it does."""
    async with mailbox(certificate, "smtp+insecure") as box:
        with pytest.raises(aiosmtplib.SMTPException):
            await hand_over(f"smtp://127.0.0.1:{box.port}")
    assert box.mails == []


async def test_certificate_has_to_be_good(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    for kind in ("smtp", "smtps"):
        async with mailbox(certificate, kind) as box:
            with pytest.raises((aiosmtplib.SMTPException, ssl.SSLError)):
                await hand_over(f"{kind}://127.0.0.1:{box.port}")
        assert box.mails == []


async def test_what_is_refused_for_good(certificate: Certificate) -> None:
    async with mailbox(certificate) as box:
        box.answers[ANNA] = f"550 {ANNA} is nobody"
        with pytest.raises(Refused) as refused:
            await hand_over(f"smtp://127.0.0.1:{box.port}")
    assert ANNA not in str(refused.value)


def test_no_line_of_a_header_is_somebody_elses() -> None:
    evil = "Room\r\nBcc: all@example.org\n\nHi \u2028\x00there"
    made = message_of(message(evil), FROM, "<1@chat.example.org>", now())
    assert made["Bcc"] is None
    assert made["Subject"] == "Room Bcc: all@example.org Hi there"
    assert b"\nBcc" not in made.as_bytes()


def services_of(box: Mailbox) -> Services:
    """Those of a process that writes to this mailbox; nothing of them is started."""
    settings = Settings(
        secret_key="x" * 16,
        locale="en",
        smtp_url=f"smtp://127.0.0.1:{box.port}",
        mail_from=FROM,
        base_url="https://chat.example.org",
    )
    return Services(settings, MemoryBroadcast(), MemoryLeases())


async def queued() -> list[tuple[str, int]]:
    rows = await QueuedMail.all().order_by("id")
    return [(str(each.kind), int(each.attempts)) for each in rows]


async def let_time_pass() -> None:
    await QueuedMail.all().update(send_after=now())


async def test_failures_are_tried_again_and_given_up(
    sqlite_url: str, certificate: Certificate
) -> None:
    async with opened(sqlite_url), mailbox(certificate) as box:
        (anna,) = await people("anna")
        mailer = services_of(box).mailer
        await EmailAddress.ask(anna.id, ANNA)
        box.answers[ANNA] = "451 later"
        await mailer.send_due()
        await mailer.send_due()
        assert await queued() == [("verify", 1)], "not before its time"
        await let_time_pass()
        await mailer.send_due()
        assert await queued() == [("verify", 2)]
        box.answers.clear()
        await let_time_pass()
        await mailer.send_due()
        assert (await queued(), len(box.mails)) == ([], 1)

        box.answers[ANNA] = "550 nobody"
        await EmailAddress.ask(anna.id, ANNA)
        await mailer.send_due()
        assert await queued() == []
        box.answers[ANNA] = "451 later"
        await EmailAddress.ask(anna.id, ANNA)
        await QueuedMail.all().update(queued_at=now() - timedelta(days=1))
        await mailer.send_due()
        assert await queued() == [], "a day is enough"
        assert len(box.mails) == 1


async def test_one_process_sends_one_mail(sqlite_url: str) -> None:
    async with opened(sqlite_url):
        (anna,) = await people("anna")
        await EmailAddress.ask(anna.id, ANNA)
        first, second = await QueuedMail.claim(), await QueuedMail.claim()
        assert first is not None
        assert second is None
        await QueuedMail.all().update(leased_until=now() - timedelta(seconds=1))
        again = await QueuedMail.claim()
        assert again is not None, "the other process has died"
        assert (again.attempts, again.was_interrupted, first.was_interrupted) == (2, True, False)
        await first.postpone(timedelta(0))
        assert await QueuedMail.claim() is None, "whose lease is over says nothing of it any more"


async def test_digest_that_may_have_been_sent_is_not_sent_again(
    sqlite_url: str, certificate: Certificate
) -> None:
    async with opened(sqlite_url), mailbox(certificate) as box:
        (anna,) = await people("anna")
        await EmailAddress.ask(anna.id, ANNA)
        await QueuedMail.queue(QueuedMail.DIGEST, anna.id)
        await QueuedMail.all().update(leased_until=now() - timedelta(seconds=1))
        await services_of(box).mailer.send_due()
        assert await queued() == []
        assert [each["Subject"] for each in box.mails] == ["Confirm your e-mail address · Beseda"]
