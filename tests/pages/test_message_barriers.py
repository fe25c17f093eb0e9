"""axe finds nothing in what opens beside messages: by day in Russian, by night in English."""

import pytest
from playwright.async_api import expect

from tests.pages.test_message_details import edit
from tests.pages.test_screen_reader import furnished
from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server


async def choose(guest: Guest, number: int, action: str) -> None:
    """Take an item of the menu of a message."""
    await guest.page.locator(f"#m{number} .post").press("Enter")
    await guest.page.locator(f"#message-menu:popover-open [data-do={action}]").press("Enter")


@pytest.mark.parametrize(("scheme", "locale"), [("light", "ru"), ("dark", "en")])
async def test_axe_finds_nothing_in_what_opens(
    scheme: str, locale: str, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris, clara = [await person(name) for name in ("anna", "boris", "clara")]
    room_id = await furnished(anna, boris, clara)
    guest = await Guest.of(await tab(shared_server, locale=locale, color_scheme=scheme), anna)
    await guest.enter(room_id)
    page = guest.page
    await small_windows(guest)
    for fold in ("#pins", "#since"):
        await page.locator(f"{fold} summary").press("Enter")
    await page.locator("#m3 .post").press("r")
    await guest.composer.press_sequentially("@")
    await expect(page.locator("#composer [role=option]")).to_have_count(3)
    assert await barriers(page) == [], "folds, a reply, names that are offered"
    for _ in ("the names", "the reply"):
        await guest.composer.press("Escape")
    await guest.composer.fill("")

    await guest.composer.press("ArrowUp")
    await expect(guest.composer).to_have_value("mine")
    await edit(anna, room_id, 4, "from my phone")
    await guest.sees("from my phone")
    await guest.say("mine!")
    await expect(page.locator("#unsent")).to_be_focused()
    await choose(guest, 4, "delete")
    await expect(page.locator("#m4.deleting")).to_be_visible()
    assert await barriers(page) == [], "a conflict, and a deletion that can be undone"


async def small_windows(guest: Guest) -> None:
    """Open each, look, and close it again."""
    page = guest.page
    await choose(guest, 4, "react")
    await expect(page.locator("#emoji-picker .emoji-group")).not_to_have_count(1)
    assert await barriers(page) == [], "the picker"
    await page.keyboard.press("Escape")
    await choose(guest, 1, "showVersions")
    await expect(page.locator("#readers ins")).to_be_visible()
    assert await barriers(page) == [], "earlier versions"
    await page.keyboard.press("Escape")
    await page.locator("#m3 .replies").press("Enter")
    await expect(page.locator("dialog.thread .message")).to_have_count(2)
    assert await barriers(page) == [], "a thread"
    await page.keyboard.press("Escape")
    await page.locator("#m5 .author").click()
    await expect(page.locator(".person-card:popover-open")).to_be_visible()
    assert await barriers(page) == [], "a card"
    await page.keyboard.press("Escape")
