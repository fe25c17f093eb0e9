"""Mail as people meet it: on a phone, and at a desk without JavaScript."""

import re
from pathlib import Path

from playwright.async_api import Page, expect

from config import Settings
from services.leave_links import LeaveLinks
from tests.pages.test_layout import fits
from tests.support.axe import barriers
from tests.support.databases import SqliteDatabases
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.mail_site import MailSite, mail_site
from tests.support.mailbox import link_in
from tests.support.person import Person
from tests.support.server import environment
from tests.support.tls import Certificate

# As tests/support/server.py gives it.
SECRET_KEY = environment({})["SECRET_KEY"]
PHONE = {"width": 390, "height": 844}
NEW = "another horse, another battery"


async def test_two_people_and_their_mail(
    folder: Path,
    sqlite: SqliteDatabases,
    tmp_path: Path,
    person: MakePerson,
    tab: OpenTab,
) -> None:
    """One confirms an address; the other one has forgotten their password."""
    async with mail_site(folder, Certificate.make(tmp_path), sqlite.fresh()) as site:
        anna, boris = [await person(name, on=site.server) for name in ("anna", "boris")]
        phone = await Guest.of(await tab(site.server, locale="en", viewport=PHONE), anna)
        page = phone.page
        await page.goto("/profile")
        card = page.locator("#my-email")
        await card.get_by_label("E-mail address").fill("anna@")
        phone.tab.allow("422")
        await card.get_by_role("button", name="Send the link").click()
        await expect(card.locator(".field-error")).to_be_visible()
        await card.get_by_label("E-mail address").fill("anna@example.org")
        await card.get_by_role("button", name="Send the link").click()
        await expect(card.locator(".saved")).to_be_visible()
        await expect(card).to_contain_text("Still to be confirmed: anna@example.org")
        await page.goto(link_in(await site.box.to("anna@example.org"), "/email/confirm/"))
        await fits(page)
        assert await barriers(page) == []
        await page.get_by_role("button", name="Confirm the address").click()
        await expect(page.locator(".saved")).to_contain_text("anna@example.org is confirmed")
        await page.goto("/profile#my-email")
        await card.get_by_role("switch").uncheck()
        await card.get_by_role("button", name="Save").click()
        await expect(card.locator(".saved")).to_be_visible()
        await expect(card.get_by_role("switch")).not_to_be_checked()
        await fits(page)
        assert await barriers(page) == []

        await wants_no_more(site, anna, (await tab(site.server, locale="en", viewport=PHONE)).page)
        # It would look for the server when that is stopped.
        await page.goto("about:blank")

        there = "boris@example.org"
        await site.with_address(boris, there)
        desk = Guest(await tab(site.server, locale="en", java_script_enabled=False))
        page = desk.page
        await page.goto("/login")
        await page.get_by_role("link", name="Forgot your password?").click()
        await page.get_by_label("E-mail address").fill(there)
        await page.get_by_role("button", name="Send the link").click()
        await expect(page.locator(".saved")).to_be_visible()
        await page.goto(link_in(await site.box.to(there, 2), "/reset/"))
        await page.get_by_label("Password").fill(NEW)
        await page.get_by_role("button", name="Save").click()
        await expect(page).to_have_url(re.compile(r"/login\?reason=reset$"))
        await page.fill("[name=username]", boris.username)
        await page.fill("[name=password]", NEW)
        await page.get_by_role("button", name="Log in", exact=True).click()
        await expect(page).to_have_url(re.compile("/rooms/$"))


async def wants_no_more(site: MailSite, anna: Person, page: Page) -> None:
    """By the link of a digest, in a browser that nobody is logged in with."""
    link = LeaveLinks(Settings(secret_key=SECRET_KEY, base_url=site.server.url))
    assert (await anna.http.patch("/api/email", json={"digest": True})).json()["digest"]
    await page.goto(link.url(anna.id, "anna@example.org"))
    await fits(page)
    assert await barriers(page) == []
    assert (await anna.http.get("/api/email")).json()["digest"], "a look changes nothing"
    await page.get_by_role("button", name="Send no more").click()
    await expect(page.locator(".saved")).to_contain_text("anna@example.org")
    assert not (await anna.http.get("/api/email")).json()["digest"]
