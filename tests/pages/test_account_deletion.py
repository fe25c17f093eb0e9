"""Somebody deletes their account on a phone, while somebody else looks."""

import re

from playwright.async_api import expect

from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server

PHONE = {"width": 390, "height": 844}


async def test_account_is_deleted_by_its_owner(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    await person("administrator")
    anna, boris = await person("anna"), await person("boris")
    room = await anna.create_room(boris)
    await anna.post(room, "I was here")
    watcher = await Guest.of(await tab(shared_server, locale="en"), boris)
    await watcher.enter(room)
    guest = await Guest.of(await tab(shared_server, locale="en", viewport=PHONE), anna)
    page = guest.page
    await page.goto("/profile")
    await page.get_by_role("link", name="Delete my account").click()
    await expect(page.locator("main")).to_contain_text(f"Kitchen – {boris.username}")
    assert await barriers(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await page.wait_for_load_state()
    await page.get_by_label("Keep them").check()
    await page.get_by_role("button", name="Delete my account").click()
    await expect(page).to_have_url(re.compile("/login"))
    await expect(page.get_by_role("status")).to_have_text("Your account has been deleted.")
    await expect(watcher.page.locator("#messages")).to_contain_text("Удалённая учётная запись")
    await watcher.page.reload()
    await watcher.sees("I was here")
    await expect(watcher.page.locator("#messages")).not_to_contain_text(anna.username)
