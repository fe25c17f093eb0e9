"""Mail about what somebody has missed: what is in it, and when it comes."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from tortoise.timezone import now

from config import Settings
from models import EmailAddress, Membership, QueuedMail, User
from models.database import fetch
from models.email_address import email_key
from models.queries.missed import who_may_have_missed
from models.sql.fast_path import as_stored
from realtime.broadcast.memory import MemoryBroadcast
from realtime.presence.memory import MemoryLeases
from services import Services
from tests.support.acting import acting
from tests.support.factories import MakePerson, StartServer
from tests.support.mailbox import Mailbox, mailbox, text_of
from tests.support.person import Person
from tests.support.tables import opened, people, room_of
from tests.support.tls import Certificate

QUIET = timedelta(minutes=16)


@pytest.fixture
async def box(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mailbox]:
    """Where mail comes to."""
    certificate = Certificate.make(tmp_path_factory.mktemp("mail"))
    async with mailbox(certificate, "smtp+insecure") as opened_box:
        yield opened_box


def services_of(box: Mailbox) -> Services:
    """Those of one more process on the database that is open, of which nothing is started."""
    settings = Settings(
        secret_key="x" * 16,
        locale="en",
        smtp_url=f"smtp+insecure://127.0.0.1:{box.port}",
        mail_from="beseda@chat.example.org",
        base_url="https://chat.example.org",
    )
    return Services(settings, MemoryBroadcast(), MemoryLeases())


async def with_address(person: Person) -> str:
    """Let somebody have a confirmed address, for an hour."""
    address = f"{person.username}@example.org"
    await EmailAddress.create(
        user_id=person.id,
        address=address,
        address_key=email_key(address),
        verified_at=now(),
        digested_until=now() - timedelta(hours=1),
    )
    return address


async def let_pass(time: timedelta) -> None:
    """Let all that has happened have happened so much earlier."""
    for table, column in (
        ("message", "created_at"),
        ("activity", "at"),
        ("user_account", "last_seen"),
        ("email_address", "digest_at"),
        ("email_address", "digested_until"),
        ("email_address", "hid_here_at"),
    ):
        for id_, moment in await fetch(f"SELECT id, {column} FROM {table}"):  # noqa: S608 - ours
            if moment is not None:
                value = type(now()).fromisoformat(str(moment)) - time
                sql = f"UPDATE {table} SET {column} = $2 WHERE id = $1 RETURNING id"  # noqa: S608
                await fetch(sql, id_, as_stored(value))


async def made(*processes: Services) -> int:
    """Let these look who is to have a digest, all at once; return how many were sent."""
    await asyncio.gather(*(each.digests.scan() for each in processes))
    count = await QueuedMail.all().count()
    await asyncio.gather(*(each.mailer.send_due() for each in processes))
    assert await QueuedMail.all().count() == 0
    return count


async def test_only_who_may_be_concerned_is_looked_at(database_url: str) -> None:
    """Once a minute, and of thousands of people: not who has merely not read everything."""
    async with opened(database_url), acting() as services:
        anna, boris, vera = await people("anna", "boris", "vera")
        for each in (boris, vera):
            await EmailAddress.create(
                user_id=each.id,
                address_key=each.username,
                digested_until=now() - timedelta(hours=1),
            )
        here = await Membership.of(anna.id, await room_of(anna, boris, vera))
        await services.messages.post(here, "nothing for anybody")
        assert await who_may_have_missed(now(), now()) == []
        await services.messages.post(here, "@boris look")
        assert [each.user_id for each in await who_may_have_missed(now(), now())] == [boris.id]
        await services.messages.post(here, "@all of you")
        assert len(await who_may_have_missed(now(), now())) == 2


async def test_from_the_first_message_to_the_last(
    server: StartServer, person: MakePerson, database_url: str, box: Mailbox
) -> None:
    """One digest of what is unread, by one of two processes, and each message in one at most."""
    node = await server(DATABASE_URL=database_url)
    anna, boris = [await person(name, on=node) for name in ("anna", "boris")]
    room, direct = await boris.create_room(anna, name="Kitchen"), await boris.direct(anna)
    muted = await boris.create_room(anna, name="Muted")
    await anna.http.put(f"/api/rooms/{muted}/level", json={"level": "nothing"})
    await anna.post(room, "a question")
    me = f"@{anna.username}"
    await boris.post(room, "nothing for anybody")
    await boris.post(room, f"{me} first & <b>foremost</b>")
    await boris.post(room, f"{me} deleted later")
    await boris.post(room, f"{me} misspelld")
    await boris.post(muted, f"{me} unheard")
    await boris.post(direct, "between us")
    await boris.post(room, "@all of you")
    reply = {"message": "an answer", "reply_to": 1}
    assert (await boris.http.post(f"/api/rooms/{room}/messages", json=reply)).status_code == 201

    async with opened(database_url):
        there = await with_address(anna)
        one, two = services_of(box), services_of(box)
        assert await made(one) == 0, "not yet"
        await let_pass(QUIET)
        await User.filter(id=anna.id).update(last_seen=now())
        assert await made(one) == 0, "she has just left"
        await User.filter(id=anna.id).update(last_seen=now() - QUIET)
        await one.digests.scan()
        await two.digests.scan()
        assert await QueuedMail.all().count() == 1
        messages = f"/api/rooms/{room}/messages"
        await boris.http.delete(f"{messages}/4")
        await boris.http.patch(f"{messages}/5", json={"message": f"{me} spelled right"})
        assert await made(one, two) == 1
        (mail,) = box.mails
        assert mail["To"] == there
        look_at(mail)

        assert await made(one, two) == 0
        await boris.post(direct, "one more thing")
        await let_pass(QUIET)
        assert await made(one, two) == 0, "she has not been back, and a day has not gone by"
        await User.filter(id=anna.id).update(last_seen=now() - QUIET)
        assert await made(one, two) == 1
        text = text_of(box.mails[-1])
        assert "one more thing" in text
        assert "between us" not in text, "each message is in one digest at most"


def look_at(mail: EmailMessage) -> None:
    """It has what is unread and concerns its reader, as it is now, and the way to leave."""
    text, html = text_of(mail), text_of(mail, "html")
    assert mail["Subject"] == "5 unread messages for you · Beseda"
    for part in ("first & <b>foremost", "spelled right", "between us", "an answer", "@all of you"):
        assert part in text
    for part in ("nothing for", "deleted later", "misspelld", "unheard", "a question"):
        assert part not in text
    assert "# Kitchen" in text
    assert "first &amp; &lt;b&gt;foremost&lt;/b&gt;" in html
    (leave,) = mail["List-Unsubscribe"].strip("<>").split()
    assert leave in text
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_digest_is_cancelled(
    server: StartServer, person: MakePerson, sqlite_url: str, box: Mailbox
) -> None:
    """By reading, a deletion, no longer being in the room, not wanting it, being here."""
    node = await server(DATABASE_URL=sqlite_url)
    anna, boris = [await person(name, on=node) for name in ("anna", "boris")]
    direct, room = await boris.direct(anna), await boris.create_room(anna)

    async def read() -> None:
        assert (await anna.http.post(f"/rooms/{direct}/read")).is_redirect

    async def delete() -> None:
        await boris.http.delete(f"/api/rooms/{direct}/messages/2")

    async def remove() -> None:
        await boris.remove_member(room, anna.id)

    async def want_none() -> None:
        await EmailAddress.set_digest(anna.id, is_wanted=False)

    async with opened(sqlite_url):
        await with_address(anna)
        process = services_of(box)
        for cancel in (read, delete, remove, want_none):
            where = room if cancel is remove else direct
            await boris.post(where, f"@{anna.username} before {cancel.__name__}")
            await let_pass(QUIET)
            await process.digests.scan()
            assert await QueuedMail.all().count() == 1, cancel.__name__
            await cancel()
            await process.mailer.send_due()
            assert (await QueuedMail.all().count(), box.mails) == (0, [])
            await User.filter(id=anna.id).update(last_seen=None)
        await EmailAddress.set_digest(anna.id, is_wanted=True)
        await EmailAddress.all().update(digest_at=None)
        await let_pass(QUIET)
        assert await made(process) == 0, "of what was missed meanwhile there is none"
        await boris.post(direct, "while she is here")
        await let_pass(QUIET)
        await process.tracker.arrive(anna.id)
        assert await made(process) == 0
        await User.filter(id=anna.id).update(presence_choice="hidden")
        await process.tracker.look_again(anna.id)
        other = services_of(box)
        assert (await made(process), await made(other)) == (0, 0), "who hides is here all the same"
        process.tracker.depart(anna.id)
        await process.tracker.stop()
        assert await made(other) == 0, "she has just left"
        await let_pass(QUIET)
        assert await made(other) == 1
        assert "while she is here" in text_of(box.mails[-1])
