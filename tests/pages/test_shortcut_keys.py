"""Keys without a menu: on a message what is done to it, anywhere the next room of the list."""

import re

from playwright.async_api import expect

from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server
from tests.support.waiting import eventually


async def test_keys_on_a_message_do_what_its_menu_offers(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await boris.post(room_id, "from boris")
    await anna.post(room_id, "of my own")
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    await guest.enter(room_id)
    context = guest.page.locator("#composer-context")
    theirs, own = [guest.message(text).locator(".post") for text in ("from boris", "of my own")]
    await theirs.focus()
    # What answers the keys is loaded with the focus.
    await expect(theirs.locator(".message-tools")).to_be_attached()
    # By the place of the key: in the Russian layout it is another letter.
    await guest.page.keyboard.press("KeyR")
    await expect(context).to_contain_text("from boris")
    await expect(guest.composer).to_be_focused()
    await guest.page.keyboard.press("Escape")
    await expect(context).to_be_hidden()
    # What is not in the menu of somebody else's message is not done by a key either.
    await theirs.focus()
    await guest.page.keyboard.press("KeyE")
    await guest.page.keyboard.press("Control+KeyE")
    await own.focus()
    await guest.page.keyboard.press("KeyE")
    await expect(guest.composer).to_have_value("of my own")
    await guest.page.keyboard.press("Escape")
    await expect(guest.composer).to_have_value("")
    await theirs.focus()
    await guest.page.keyboard.press("KeyU")
    await expect(guest.page.locator(".unread-line + .message")).to_contain_text("from boris")
    await expect(guest.composer).to_have_value("")


async def test_alt_and_an_arrow_open_the_room_beside(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    third, second, first = [await anna.create_room(boris, name=name) for name in "321"]
    for room_id in (third, second, first):  # The latest message is on top.
        await anna.post(room_id, "hello")
    await boris.post(third, "unread")
    page = (await Guest.of(await tab(shared_server, locale="en"), anna)).page

    async def press(keys: str, opens: int) -> None:
        await page.keyboard.press(keys)
        await expect(page).to_have_url(re.compile(f"/rooms/{opens}/"))
        await expect(page.locator(f'#rooms [data-room-id="{opens}"][aria-current]')).to_be_visible()
        # A room is a page of its own, and drawn before its scripts hear keys.
        await page.wait_for_load_state()

    await page.goto("/rooms/")
    # The third has the latest message, and is the first in the list by now.
    await press("Alt+ArrowDown", third)

    async def is_read() -> bool:
        return not any(room["unread_count"] for room in await anna.rooms())

    await eventually(is_read, "what was unread to be read")
    await press("Alt+ArrowDown", first)
    await press("Alt+ArrowDown", second)
    await page.keyboard.press("Alt+ArrowDown")  # There is none below.
    await press("Alt+ArrowUp", first)
    await boris.post(second, "unread")
    await expect(page.locator(f'#rooms [data-room-id="{second}"] .unread')).to_be_visible()
    # With a message it has gone to the top.
    await press("Alt+Shift+ArrowUp", second)
