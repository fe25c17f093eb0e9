"""The list of rooms stays where it is scrolled to."""

import re

from playwright.async_api import expect

from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server

BOX = "document.querySelector('.sidebar-scroll')"


async def test_the_list_does_not_jump(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    """Over a change of rooms and a reload; a room that is come to otherwise is in view."""
    anna = await person("anna")
    rooms = [await anna.create_room(name=f"Room {number}") for number in range(35)]
    guest = await Guest.of(await tab(shared_server), anna)
    await guest.page.goto("/rooms/")
    # The latest one stands first: this is the 29th.
    link = guest.page.locator(f'#rooms [data-room-id="{rooms[-29]}"]')
    await link.scroll_into_view_if_needed()
    top = await guest.page.evaluate(f"{BOX}.scrollTop")
    assert top > 0
    await link.click()
    await expect(guest.page).to_have_url(re.compile(f"/rooms/{rooms[-29]}/$"))
    await guest.online()
    assert await guest.page.evaluate(f"{BOX}.scrollTop") == top
    await guest.page.reload()
    await guest.online()
    assert await guest.page.evaluate(f"{BOX}.scrollTop") == top
    await guest.enter(rooms[-1])
    await expect(guest.page.locator("#rooms [aria-current]")).to_be_in_viewport()
    assert await guest.page.evaluate(f"{BOX}.scrollTop") < top
