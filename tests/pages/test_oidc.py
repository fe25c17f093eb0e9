"""Logging in by an OpenID provider as people meet it, in Chromium, on a phone and on a desk."""

import re

from playwright.async_api import Page, expect

from tests.pages.test_layout import fits
from tests.support.axe import barriers
from tests.support.browser import Tab
from tests.support.factories import MakePerson, OpenTab, StartServer
from tests.support.guest import Guest
from tests.support.oidc import provider
from tests.support.person import unique

PHONE = {"width": 390, "height": 844}
BUTTON = "Continue with Acme"


async def test_two_people_come_by_a_provider(
    server: StartServer, tab: OpenTab, person: MakePerson
) -> None:
    """One is new, on a phone, and comes by an invitation of the other one, who links what they
    have, and logs out here and there.
    """
    vera, there = unique("vera"), unique("oleg.there")
    async with provider() as acme:
        site = await server(**acme.settings, OIDC_LOGOUT="provider")
        oleg = await person("oleg", on=site)
        room = await oleg.create_room()
        made = await oleg.http.post("/api/invites", json={"room_id": room})
        phone = await tab(site, locale="en", viewport=PHONE)
        desk = await tab(site, locale="en")
        for each in (phone, desk):
            each.allow("fonts.googleapis.com")  # By the pages of the provider.
        page = phone.page
        await page.goto(f"{site.url}/login")
        await fits(page)
        assert await barriers(page) == []
        await expect(page.get_by_role("link", name=BUTTON)).to_be_visible()
        await page.goto(made.json()["url"])
        await fits(page)
        assert await barriers(page) == []
        await page.get_by_role("link", name=BUTTON).click()
        await at_provider(page, vera)
        await expect(page.locator("h1")).to_have_text("New account")
        await expect(page.locator("#main")).to_contain_text("Kitchen")
        await expect(page.get_by_label("Name")).to_have_value(vera)
        await fits(page)
        assert await barriers(page) == []
        await page.get_by_role("button", name="Create an account").click()
        await expect(page).to_have_url(re.compile(f"/rooms/{room}/$"))

        page = desk.page
        await page.goto(f"{site.url}/login?next=/profile")
        await Guest(desk).login(oleg.username)
        await page.get_by_role("link", name="Link an account: Acme").click()
        await at_provider(page, there)
        await expect(page.locator("h1")).to_have_text("Link the accounts?")
        assert await barriers(page) == []
        await page.get_by_role("button", name="Link them").click()
        await expect(page.locator("[data-identity-id]")).to_contain_text("localhost")
        await expect(page.locator("#linked .saved")).to_be_visible()
        assert await barriers(page) == []
        await page.locator("[data-logout] button").click()
        await page.get_by_role("link", name=BUTTON).click()
        await expect(page).to_have_url(re.compile("/rooms/$"))
        await log_out_there_too(page, site.url)

        await unlinks_with_a_password(phone, site.url)


async def unlinks_with_a_password(tab: Tab, site: str) -> None:
    """Whoever has come by the provider alone chooses one first."""
    page = tab.page
    await page.goto(f"{site}/profile#linked")
    await fits(page)
    tab.allow("409")
    await page.get_by_role("button", name="Unlink").click()
    await expect(page.locator("#linked .form-error")).to_contain_text("password")
    await page.get_by_label("New password").fill("nobody guesses this one")
    await page.get_by_role("button", name="Choose a password").click()
    await expect(page.locator("#my-password .saved")).to_be_visible()
    await page.get_by_role("button", name="Unlink").click()
    await expect(page.locator("[data-identity-id]")).to_have_count(0)


async def log_out_there_too(page: Page, site: str) -> None:
    """By the button here; whoever comes back has to log in there again."""
    await page.goto(f"{site}/profile")
    await page.locator("[data-logout] button").click()
    await page.get_by_role("button", name="Yes, sign me out").click()
    await expect(page).to_have_url(f"{site}/login")
    await page.get_by_role("link", name=BUTTON).click()
    await expect(page.locator("[name=login]")).to_be_visible()


async def at_provider(page: Page, name: str) -> None:
    """Log in there, and agree."""
    await page.locator("[name=login]").fill(name)
    await page.locator("[name=password]").fill("any")
    await page.locator("[type=submit]").click()
    await page.locator("[type=submit]", has_text="Continue").click()
