"""Invitations, as those see them who make one, and those who come by it."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.pages.test_two_step_login import plug_in
from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import PASSWORD, unique
from tests.support.qr import qr_text
from tests.support.server import Server

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "color_scheme": "dark",
}
CLIPBOARD = ["clipboard-read", "clipboard-write"]


async def make_link(page: Page, uses: str = "1") -> str:
    """Make a link on the page for that; return its address."""
    await page.locator("[name=uses]").select_option(uses)
    await page.locator("main form:has(select) button").click()
    return await page.locator("#address").input_value()


async def fits(page: Page) -> bool:
    """Return whether nothing sticks out of the page at its side."""
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


async def test_somebody_new_comes_from_a_phone(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room = await anna.create_room(name="Kitchen")
    owner = await Guest.of(await tab(shared_server, locale="en", permissions=CLIPBOARD), anna)
    await owner.enter(room)
    await owner.page.get_by_role("button", name="Invite by link").click()
    await expect(owner.page).to_have_url(re.compile(rf"/rooms/{room}/invites/\??$"))
    address = await make_link(owner.page)
    await expect(owner.page.locator("#new-link-title")).to_be_focused()
    code = owner.page.get_by_role("img", name="The same link as a QR code")
    assert await qr_text(code) == address
    await owner.page.get_by_role("button", name="Copy the link").click()
    await expect(owner.page.locator("#toast")).to_have_text("Copied")
    assert await owner.page.evaluate("navigator.clipboard.readText()") == address
    assert await barriers(owner.page) == []
    await owner.enter(room)

    window = await tab(shared_server, locale="ru-RU", **PHONE)
    window.allow("422|410")
    guest = Guest(window)
    await guest.page.goto(address)
    title = guest.page.get_by_role("heading", level=1)
    await expect(title).to_have_text(f"{anna.username} приглашает вас в комнату «Kitchen»")
    assert await fits(guest.page)
    assert await barriers(guest.page) == []
    await guest.page.fill("[name=username]", anna.username)
    await guest.page.fill("[name=password]", PASSWORD)
    await guest.submit()
    await expect(guest.page.locator(".field-error")).to_contain_text("уже занято")
    name = unique("boris")
    await guest.login(name)
    await expect(guest.page).to_have_url(f"{shared_server.url}/rooms/{room}/")
    await guest.online()
    await guest.composer.fill("hello")
    await guest.page.locator("button.send").tap()
    await owner.sees("hello")
    await expect(owner.page.locator("#people-count")).to_have_text("2")

    other = Guest(await tab(shared_server, locale="en"))
    other.tab.allow("410")
    await other.page.goto(address)
    await expect(other.page.locator("h1")).to_have_text("This invitation has been used already")
    await expect(other.page.locator(".lead")).to_contain_text(f"It came from {anna.username}")
    await owner.page.goto(f"/rooms/{room}/invites/")
    link = owner.page.locator(".link")
    await expect(link).to_contain_text("used up")
    await expect(link).to_contain_text(f"Joined by this link: {name}")
    await expect(owner.page.locator("#address")).to_have_count(0)


async def test_somebody_new_comes_with_a_passkey(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, name = await person("anna"), unique("boris")
    room = await anna.create_room(name="Kitchen")
    link = (await anna.http.post("/api/invites", json={"room_id": room})).json()["token"]
    window = await tab(shared_server, locale="en", **PHONE)
    window.allow("409")
    page = window.page
    await plug_in(window, page)
    site = shared_server.url.replace("127.0.0.1", "localhost")
    await page.goto(f"{site}/invite/{link}")
    await page.fill("#username", anna.username)
    await page.get_by_role("button", name="Join with a passkey").click()
    await expect(page.locator("[data-passkey-error]")).to_contain_text("taken")
    assert await fits(page)
    assert await barriers(page) == []
    await page.fill("#username", name)
    await page.get_by_role("button", name="Join with a passkey").click()
    await expect(page).to_have_url(f"{site}/rooms/{room}/")
    # The room's sockets would be refused without the cookie.
    await page.goto("about:blank")
    await window.context.clear_cookies()
    await page.goto(f"{site}/login")
    await page.get_by_role("button", name="Log in with a passkey").click()
    await expect(page).to_have_url(f"{site}/rooms/")


@pytest.mark.parametrize("scripts", [True, False])
async def test_somebody_with_an_account_comes_in(
    scripts: bool, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room = await anna.create_room(name="Kitchen")
    options = {"locale": "en", "java_script_enabled": scripts, **PHONE}
    owner = await Guest.of(await tab(shared_server, **options), anna)
    await owner.page.goto(f"/rooms/{room}/invites/")
    address = await make_link(owner.page, "5")
    assert await fits(owner.page)
    if scripts:
        assert await barriers(owner.page) == []

    guest = Guest(await tab(shared_server, **options))
    await guest.page.goto(address)
    await guest.page.get_by_role("link", name="I have an account").click()
    await guest.login(boris.username)
    await expect(guest.page).to_have_url(address)
    assert await boris.rooms() == []
    await expect(guest.page.locator("main")).to_contain_text(f"logged in as {boris.username}")
    await guest.page.get_by_role("button", name="Join").click()
    await expect(guest.page).to_have_url(f"{shared_server.url}/rooms/{room}/")
    await guest.page.goto(address)
    await expect(guest.page).to_have_url(f"{shared_server.url}/rooms/{room}/")

    await owner.page.goto(f"/rooms/{room}/invites/")
    await owner.page.get_by_role("button", name="Revoke").first.click()
    clara = await person("clara")
    late = await Guest.of(await tab(shared_server, **options), clara)
    late.tab.allow("410")
    await late.page.goto(address)
    await expect(late.page.locator("[data-code]")).to_contain_text("has been withdrawn")
