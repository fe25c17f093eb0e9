"""The bar with what is pinned: the latest pin above, the list behind it, in step with the room."""

from playwright.async_api import Locator, expect

from tests.pages.test_message_details import delete, edit, pin
from tests.pages.test_message_editing import at_work, open_menu
from tests.pages.test_message_menu import item
from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server


def latest(guest: Guest) -> Locator:
    return guest.page.locator("#pins .pins-latest")


async def test_the_bar_is_in_step(tab: OpenTab, person: MakePerson, shared_server: Server) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    for text in ("one", "two", "three"):
        await boris.post(room_id, text)
    guest = await at_work(tab, anna, shared_server, room_id)
    bar = guest.page.locator("#pins")
    await expect(bar).to_be_hidden()
    # By mouse, while the focus is elsewhere: it comes along, or both would show their tools.
    await guest.message("three").locator(".post").focus()
    await guest.message("one").hover()
    await guest.message("one").locator(".message-more").click()
    await item(guest, "Pin").click()
    await expect(latest(guest)).to_have_text("one")
    await expect(guest.message("one").locator(".post")).to_be_focused()
    await pin(boris, room_id, 3)
    await expect(latest(guest)).to_have_text("three")
    await expect(bar.locator(".pins-number")).to_have_text("2")
    await edit(boris, room_id, 3, "drei")
    await expect(latest(guest)).to_have_text("drei")
    await bar.locator("summary").click()
    await expect(bar.locator("li")).to_have_text(
        [f"{boris.username}: drei", f"{boris.username}: one"]
    )
    assert await barriers(guest.page) == []
    live = await bar.locator("ol").evaluate("list => list.innerHTML")
    await guest.page.reload()
    await guest.online()
    assert await bar.locator("ol").evaluate("list => list.innerHTML") == live
    await delete(boris, room_id, 3)
    await expect(latest(guest)).to_have_text("one")
    await open_menu(guest, "one")
    await item(guest, "Unpin").click()
    await expect(bar).to_be_hidden()


async def test_a_pin_leads_to_its_message(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    await anna.post(room_id, "the first")
    for number in range(70):
        await anna.post(room_id, f"message {number}")
    await pin(anna, room_id, 1)
    for scripts in (True, False):
        window = await tab(shared_server, java_script_enabled=scripts)
        guest = await Guest.of(window, anna)
        await guest.page.goto(f"/rooms/{room_id}/")
        if scripts:
            await guest.online()
        await guest.page.locator("#pins summary").click()
        await guest.page.locator("#pins li a").click()
        await expect(guest.page.locator("#m1")).to_be_in_viewport()
