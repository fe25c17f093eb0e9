"""What is done to messages without a network: shown at once, kept, and done when there is one."""

from playwright.async_api import expect

from tests.pages.test_message_editing import at_work, go_offline, go_online, open_menu, stored
from tests.pages.test_message_menu import item
from tests.support.factories import MakePerson, OpenTab
from tests.support.server import Server
from tests.support.waiting import eventually


async def test_a_deletion_and_a_pin_wait_for_the_network(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await boris.post(room_id, "theirs")
    await anna.post(room_id, "mine")
    guest = await at_work(tab, anna, shared_server, room_id)
    # What the menu needs is there before the network goes.
    await open_menu(guest, "theirs")
    await guest.page.keyboard.press("Escape")
    await go_offline(guest)
    await guest.page.clock.install()
    await open_menu(guest, "theirs")
    await item(guest, "Pin").click()
    await open_menu(guest, "mine")
    await item(guest, "Delete").click()
    second = guest.page.locator("#m2")
    await expect(second.locator(".text")).to_have_text("Message deleted")
    # The time in which it can be undone is over, and there is still nobody to tell.
    await guest.page.clock.run_for(11_000)
    assert await stored(anna, room_id) == ["theirs", "mine"]
    await expect(second.locator(".text")).to_have_text("Message deleted")

    async def is_done() -> bool:
        pins = (await boris.http.get(f"/api/rooms/{room_id}/pins")).json()["messages"]
        texts = await stored(boris, room_id)
        return (texts[-1], [each["message_id"] for each in pins]) == ("Сообщение удалено", [1])

    await go_online(guest)
    await eventually(is_done, "the deletion and the pin")
    await expect(guest.page.locator("#pins")).to_be_visible()
