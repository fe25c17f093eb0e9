"""Three deleted messages or more in a row are one line, which opens them."""

import re

from playwright.async_api import Locator, expect

from tests.pages.test_message_details import delete
from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server

COLLAPSED = re.compile(r"\bcollapsed\b")


def lines(guest: Guest) -> Locator:
    return guest.page.locator("#messages .deleted-run a")


async def test_runs_fold_live_and_anew(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    for number in range(1, 10):
        await boris.post(room_id, f"message {number}")
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    await guest.enter(room_id)
    page = guest.page
    for number in (3, 4):
        await delete(boris, room_id, number)
    await expect(page.locator("#m4 .text")).to_have_text("Message deleted")
    await expect(lines(guest)).to_have_count(0)
    await delete(boris, room_id, 5)
    await expect(lines(guest)).to_have_text("3 deleted messages")
    await expect(page.locator("#m4")).to_be_hidden()
    # What follows says again who has written it.
    await expect(page.locator("#m6 .author")).to_have_css("position", "static")
    await delete(boris, room_id, 2)
    await expect(lines(guest)).to_have_text("4 deleted messages")
    await expect(page.locator("#m1 + .deleted-run + #m2")).to_have_count(1)

    # By keyboard: it opens and closes; the arrows go past what is folded.
    await page.locator("#m1 .post").focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("#m6 .post")).to_be_focused()
    await lines(guest).focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#m4")).to_be_visible()
    await expect(lines(guest)).to_have_attribute("aria-expanded", "true")
    assert await barriers(page) == []
    await page.keyboard.press("Enter")
    await expect(page.locator("#m4")).to_be_hidden()
    await expect(lines(guest)).to_have_attribute("aria-expanded", "false")

    # A link to one of them opens them, and what comes leaves them open.
    await boris.post(room_id, f"see {shared_server.url}/rooms/{room_id}/?at=4")
    await page.locator("#m10 .text a").click()
    await expect(page.locator("#m4")).to_be_in_viewport()
    await boris.post(room_id, "later")
    await guest.sees("later")
    await expect(page.locator("#m4")).to_be_visible()

    await guest.enter(room_id)
    await expect(lines(guest)).to_have_text("4 deleted messages")
    await expect(page.locator("#m4")).to_be_hidden()
    # Reading on past them marks as read what was seen, and not what is folded.
    for number in (9, 8, 7):
        await delete(boris, room_id, number)
    await expect(lines(guest)).to_have_text(["4 deleted messages", "3 deleted messages"])
    await boris.post(room_id, "the end")
    await guest.sees("the end")
    assert (await guest.texts())[-1] == "the end"


async def test_without_scripts_the_line_is_a_link(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    for number in range(1, 6):
        await anna.post(room_id, f"message {number}")
    for number in (2, 3, 4):
        await delete(anna, room_id, number)
    guest = await Guest.of(await tab(shared_server, locale="ru", java_script_enabled=False), anna)
    await guest.page.goto(f"/rooms/{room_id}/")
    await expect(lines(guest)).to_have_text("3 удалённых сообщения")
    await expect(guest.page.locator("#m3")).to_have_class(COLLAPSED)
    await lines(guest).click()
    await expect(guest.page.locator("#m3")).not_to_have_class(COLLAPSED)
    await expect(lines(guest)).to_have_attribute("aria-expanded", "true")
