"""Mail addresses: confirmed, changed and removed, and what comes to them."""

import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from config import Settings
from services.leave_links import LeaveLinks
from tests.support.databases import SqliteDatabases
from tests.support.factories import MakePerson
from tests.support.mail_site import MailSite, mail_site
from tests.support.mailbox import link_in, text_of
from tests.support.person import PASSWORD, Person, unique
from tests.support.second_factor import run_sql, set_up
from tests.support.server import environment
from tests.support.tls import Certificate

NEW = "another horse, another battery"
OK, FOUND = httpx.codes.OK, httpx.codes.SEE_OTHER


@pytest.fixture(scope="module")
async def site(
    folder: Path, sqlite: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[MailSite]:
    """A server that sends mail."""
    certificate = Certificate.make(tmp_path_factory.mktemp("mail"))
    async with mail_site(folder, certificate, sqlite.fresh()) as started:
        yield started


def address() -> str:
    return f"{unique('anna')}@example.org"


def change(site: MailSite, sql: str, *values: object) -> int:
    """Let time pass in the database."""
    path = site.server.database_url.removeprefix("sqlite://")
    with closing(sqlite3.connect(path)) as database:
        changed = database.execute(sql, values).rowcount
        database.commit()
    return changed


async def mine(person: Person) -> object:
    return (await person.http.get("/api/email")).json()


async def test_address_is_confirmed_by_a_press(site: MailSite, person: MakePerson) -> None:
    anna, there = await person("anna", on=site.server), address()
    assert await mine(anna) == {"address": None, "pending": None, "digest": True}
    answer = await anna.http.put("/api/email", json={"address": f" {there} "})
    assert (answer.status_code, answer.json()["pending"]) == (202, there)
    mail = await site.box.to(there)
    assert mail["Subject"] == "Confirm your e-mail address · Beseda"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["From"] == site.server.settings["MAIL_FROM"]
    assert f"{site.server.settings['BASE_URL']}/email/confirm/" in text_of(mail)
    assert anna.username in text_of(mail)
    link = link_in(mail, "/email/confirm/")
    async with Person(site.server) as nobody:
        for method in ("HEAD", "GET"):
            assert (await nobody.http.request(method, link)).status_code == OK
        assert await mine(anna) == {"address": None, "pending": there, "digest": True}
        assert (await nobody.http.post(link)).status_code == OK
        assert (await nobody.http.post(link)).status_code == 410
    assert await mine(anna) == {"address": there, "pending": None, "digest": True}
    assert site.box.were_secret[-1]


async def test_link_is_good_for_a_day_and_replaced_by_the_next(
    site: MailSite, person: MakePerson
) -> None:
    anna, there = await person("anna", on=site.server), address()
    for count in (1, 2):
        await anna.http.put("/api/email", json={"address": there})
        await site.box.to(there, count)
    first, second = (link_in(each, "/email/confirm/") for each in site.box.all_to(there))
    assert (await anna.http.get(first)).status_code == 410
    assert (await anna.http.get(second)).status_code == OK
    sql = "UPDATE email_address SET token_expires_at = '2026-01-01 00:00:00+00:00' WHERE pending=?"
    assert change(site, sql, there) == 1
    assert (await anna.http.post(second)).status_code == 410
    assert await mine(anna) == {"address": None, "pending": there, "digest": True}


async def test_database_has_no_link(site: MailSite, person: MakePerson) -> None:
    anna, there = await person("anna", on=site.server), address()
    await anna.http.put("/api/email", json={"address": there})
    token = link_in(await site.box.to(there), "/email/confirm/").rpartition("/")[2]
    path = site.server.database_url.removeprefix("sqlite://")
    with closing(sqlite3.connect(path)) as database:
        everything = "\n".join(database.iterdump())
    assert there in everything
    assert token not in everything


async def test_change_and_removal_tell_the_old_address(site: MailSite, person: MakePerson) -> None:
    anna, first, second = await person("anna", on=site.server), address(), address()
    await site.with_address(anna, first)
    await anna.http.put("/api/email", json={"address": second})
    assert (await mine(anna)) == {"address": first, "pending": second, "digest": True}
    link = link_in(await site.box.to(second), "/email/confirm/")
    assert (await anna.http.post(link)).status_code == OK
    told = await site.box.to(first, 2)
    assert told["Subject"] == "Your e-mail address was changed · Beseda"
    assert second not in told.as_string()
    await anna.http.post("/forgot", data={"address": second})
    reset = link_in(await site.box.to(second, 2), "/reset/")
    assert (await anna.http.delete("/api/email")).status_code == 204
    assert "changed" in str((await site.box.to(second, 3))["Subject"])
    assert (await anna.http.get(reset)).status_code == 410
    assert await mine(anna) == {"address": None, "pending": None, "digest": True}
    sql = "SELECT action FROM audit_entry WHERE user_id = ? AND action LIKE 'email%' ORDER BY id"
    acts = ["email_confirmed", "email_confirmed", "email_removed"]
    assert [action for (action,) in run_sql(site.server, sql, anna.id)] == acts


async def test_address_of_somebody_else_is_told_by_mail_alone(
    site: MailSite, person: MakePerson
) -> None:
    anna, eve = await person("anna", on=site.server), await person("eve", on=site.server)
    there = address()
    await site.with_address(anna, there)
    answer = await eve.http.put("/api/email", json={"address": there.upper()})
    assert answer.status_code == 202
    link = link_in(await site.box.to(there.upper()), "/email/confirm/")
    answer = await eve.http.post(link)
    assert answer.status_code == 409
    assert (await mine(anna))["address"] == there  # type: ignore[index]


async def test_stolen_login_takes_no_address(site: MailSite, person: MakePerson) -> None:
    """Not without a confirmation, and what waits for one is void with another password."""
    anna, there = await person("anna", on=site.server), address()
    sql = "UPDATE session SET confirmed_at = '2026-01-01 00:00:00+00:00' WHERE user_id = ?"
    assert change(site, sql, anna.id) == 1
    for method in ("PUT", "DELETE"):
        answer = await anna.http.request(method, "/api/email", json={"address": there})
        assert answer.json()["code"] == "confirmation_required"
    await anna.http.post("/api/session/confirm", json={"password": PASSWORD})
    await anna.http.put("/api/email", json={"address": there})
    link = link_in(await site.box.to(there), "/email/confirm/")
    passwords = {"password": PASSWORD, "new_password": NEW}
    assert (await anna.http.post("/api/password", json=passwords)).status_code == 204
    assert (await anna.http.post(link)).status_code == 410


async def test_what_is_no_address(site: MailSite, person: MakePerson) -> None:
    anna = await person("anna", on=site.server)
    long = f"{'a' * 65}@example.org"
    injected, encoded = "a@b\r\nBcc: c@d", "=?utf-8?b?Cg==?=@example.org"
    others = ("", "anna", "anna@", "@example.org", "a b@example.org", "a@-b.org", long)
    for bad in (*others, injected, encoded):
        answer = await anna.http.put("/api/email", json={"address": bad})
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_email"), bad
    answer = await anna.http.put("/api/email", json={"address": "anna@пример.рф"})
    assert answer.json()["pending"] == "anna@xn--e1afmkfd.xn--p1ai"


async def test_forgotten_password(site: MailSite, person: MakePerson) -> None:
    anna, there = await person("anna", on=site.server), address()
    await site.with_address(anna, there)
    async with Person(site.server) as nobody:
        assert 'href="/forgot"' in (await nobody.http.get("/login")).text
        asked = [there.upper(), f"nobody{there}"]
        answers = [await nobody.http.post("/forgot", data={"address": each}) for each in asked]
        assert [each.status_code for each in answers] == [OK, OK]
        assert answers[0].text == answers[1].text
        api = "/api/password/forgotten"
        answers = [await nobody.http.post(api, json={"address": each}) for each in asked]
        assert {(each.status_code, each.content) for each in answers} == {(202, b"")}
        link = link_in(await site.box.to(there, 3), "/reset/")
        assert site.box.all_to(asked[1]) == []
        page = await nobody.http.get(link)
        assert anna.username in page.text
        answer = await nobody.http.post(link, data={"password": NEW})
        assert answer.headers["location"] == "/login?reason=reset"
        assert (await nobody.http.post(link, data={"password": NEW})).status_code == 410
        assert (await anna.http.get("/api/session")).status_code == 401, "all logins have ended"
        await nobody.login(anna.username, NEW)
        await site.box.to(there, 4)
        told = [mail["Subject"] for mail in site.box.all_to(there)]
        assert "Your password was changed · Beseda" in told


async def test_link_for_a_password_is_good_for_an_hour(site: MailSite, person: MakePerson) -> None:
    anna, there = await person("anna", on=site.server), address()
    await site.with_address(anna, there)
    await anna.http.post("/forgot", data={"address": there})
    link = link_in(await site.box.to(there, 2), "/reset/")
    path = site.server.database_url.removeprefix("sqlite://")
    with closing(sqlite3.connect(path)) as database:
        sql = (
            "SELECT (julianday(expires_at) - julianday()) * 24 FROM password_reset WHERE user_id=?"
        )
        (hours,) = database.execute(sql, (anna.id,)).fetchone()
    assert 0.9 < hours < 1.01
    assert (await anna.http.get(link)).status_code == OK


async def test_second_factor_is_asked_for_after_a_reset(site: MailSite, person: MakePerson) -> None:
    anna, there = await person("anna", on=site.server), address()
    await site.with_address(anna, there)
    await set_up(anna)
    await anna.http.post("/forgot", data={"address": there})
    link = link_in(await site.box.to(there, 2), "/reset/")
    assert (await anna.http.post(link, data={"password": NEW})).is_redirect
    async with Person(site.server) as nobody:
        sent = {"username": anna.username, "password": NEW}
        answer = await nobody.http.post("/api/session", json=sent)
        assert answer.json()["code"] == "second_factor_required"


async def test_new_login_is_told(site: MailSite, person: MakePerson) -> None:
    anna, there = await person("anna", on=site.server), address()
    await site.with_address(anna, there)
    async with Person(site.server) as other:
        other.http.headers["User-Agent"] = "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"
        await other.login(anna.username)
        mail = await site.box.to(there, 2)
    assert mail["Subject"] == "New login · Beseda"
    assert "Firefox on Windows" in text_of(mail)


async def test_leaving_digests_without_a_login(site: MailSite, person: MakePerson) -> None:
    """By the button of a mail program, which posts without cookies and Origin (RFC 8058)."""
    anna, there = await person("anna", on=site.server), address()
    await site.with_address(anna, there)
    key = environment(site.server.settings)["SECRET_KEY"]
    links = LeaveLinks(Settings(secret_key=key))
    link = links.url(anna.id, there)
    async with Person(site.server) as nobody:
        assert (await nobody.http.get(link)).status_code == OK
        assert (await mine(anna))["digest"] is True  # type: ignore[index]
        one_click = {"List-Unsubscribe": "One-Click"}
        assert (await nobody.http.post(link, data=one_click)).status_code == OK
        assert (await mine(anna))["digest"] is False  # type: ignore[index]
        assert (await nobody.http.post(f"{link}x")).status_code == 404
    answer = await anna.http.patch("/api/email", json={"digest": True})
    assert answer.json()["digest"] is True


async def test_letters_in_the_language_of_the_reader(site: MailSite, person: MakePerson) -> None:
    anna, there = await person("anna", on=site.server), address()
    await anna.http.patch("/api/profile", json={"language": "ru"})
    await anna.http.put("/api/email", json={"address": there})
    mail = await site.box.to(there)
    assert mail["Subject"] == "Подтвердите адрес почты · Beseda"
    assert re.search("[А-Яа-я]", text_of(mail, "html"))


async def test_without_a_mail_server_there_is_none_of_it(person: MakePerson) -> None:
    anna = await person("anna")
    assert "/forgot" not in (await anna.http.get("/login")).text
    assert "my-email" not in (await anna.http.get("/profile")).text
    for path in ("/forgot", "/api/email", "/email/confirm/x", "/unsubscribe/x"):
        assert (await anna.http.get(path)).status_code == 404, path
    answer = await anna.http.post("/api/password/forgotten", json={"address": "a@example.org"})
    assert answer.status_code == 404


async def test_mail_that_is_asked_for_is_limited(
    folder: Path, sqlite_url: str, site: MailSite
) -> None:
    certificate = site.box.certificate
    async with (
        mail_site(folder, certificate, sqlite_url, RATE_LIMITS="on") as limited,
        await Person.join(limited.server, "anna") as anna,
    ):
        ways = ("a@b.c", "A@B.c", "a@b。c", "a@ｂ.c", "a@b\u00ad.c", "a@\u00adb.c")
        same = [await anna.http.post("/forgot", data={"address": each}) for each in ways]
        assert [each.status_code for each in same] == [OK] * 5 + [429]
        many = [
            await anna.http.put("/api/email", json={"address": f"a{number}@example.org"})
            for number in range(11)
        ]
        assert [each.status_code for each in many] == [202] * 10 + [429]


async def test_mail_is_sent_after_a_restart(site: MailSite, person: MakePerson) -> None:
    anna, there = await person("anna", on=site.server), address()
    site.box.answers[there] = "451 later"
    await anna.http.put("/api/email", json={"address": there})
    await site.server.restart()
    site.box.answers.clear()
    change(site, "UPDATE queued_mail SET send_after = '2026-01-01 00:00:00+00:00'")
    await site.box.to(there)
