"""The button that leads back to the first unread message."""

import re

from playwright.async_api import expect

from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server
from tests.support.waiting import eventually

# Scroll, and let the page look at it: positive is down. Where it is then, from the end.
SCROLL = """async (pixels) => {
    const box = document.getElementById('scroller');
    box.scrollTop += pixels;
    for (let count = 0; count < 2; count += 1) await new Promise(requestAnimationFrame);
    return -box.scrollTop;
}"""


async def test_back_to_the_first_unread_message(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    for number in range(1, 111):
        await boris.post(room_id, f"message {number}")
        if number == 40:
            await anna.http.post(f"/rooms/{room_id}/read")
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    await guest.enter(room_id)
    page = guest.page
    line, button = page.locator("li.unread-line"), page.locator("#to-unread")
    newest = page.locator("#to-newest")
    await expect(newest).to_be_visible()
    await expect(line).to_be_in_viewport()
    await expect(button).to_be_hidden()
    await page.evaluate(SCROLL, 500)
    await expect(button).to_be_visible()
    # At the end all counts as read, and it was not: where the line is not loaded, it is fetched.
    await newest.click()
    await expect(guest.message("message 110")).to_be_in_viewport()
    await expect(line).to_have_count(0)
    await expect(button).to_be_visible()
    await page.evaluate(SCROLL, -400)
    await expect(button).to_have_text("Jump to first unread")
    assert await barriers(page) == []
    await button.press("Enter")
    await expect(line).to_be_in_viewport()
    await expect(page.locator("#m41 .post")).to_be_focused()
    await expect(button).to_be_hidden()

    async def is_read() -> bool:
        distance: float = await page.evaluate(SCROLL, 200)
        return distance == 0 and (await guest.ids())[-1] == 110

    await eventually(is_read, "the end")
    await page.evaluate(SCROLL, -400)
    await expect(newest).to_be_visible()
    await expect(button).to_be_hidden()
    # What is marked as unread stays so, wherever one scrolls.
    await page.locator("#m70 .post").press("u")
    await expect(page.locator("li.unread-line + #m70")).to_have_count(1)
    await page.evaluate(SCROLL, 800)
    await expect(button).to_be_visible()


async def test_a_link_behind_what_is_unread_on_a_phone(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    for number in range(1, 71):
        await boris.post(room_id, f"message {number}")
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    guest = await Guest.of(
        await tab(shared_server, locale="ru", color_scheme="dark", **phone), anna
    )
    await guest.page.goto(f"/rooms/{room_id}/?at=50")
    button = guest.page.locator("#to-unread")
    await expect(button).to_have_text("К первому непрочитанному")
    await expect(button).to_be_in_viewport(ratio=1)
    assert await barriers(guest.page) == []
    await button.tap()
    await expect(guest.page.locator("li.unread-line")).to_be_in_viewport()
    await expect(guest.page.locator("#m1")).to_have_class(re.compile("highlighted"))
    await expect(button).to_be_hidden()
