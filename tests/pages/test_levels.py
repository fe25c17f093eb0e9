"""What of a room somebody wants to be told of: chosen in its panel, by forms, and honoured."""

import re

from playwright.async_api import expect

from tests.pages.test_mention_badges import counts
from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server


async def test_levels_are_chosen_in_the_panel(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    window = await tab(shared_server, locale="en")
    guest = await Guest.of(window, anna)
    second = Guest(window, await window.context.new_page())
    await guest.enter(room_id)
    await second.page.goto("/rooms/")
    name = await second.page.title()
    page, chosen = guest.page, guest.page.locator("#level-name")
    await expect(chosen).to_have_text("All messages")
    summary = page.locator("#people summary", has_text="Notifications")
    await summary.press("Enter")
    only = page.get_by_role("button", name="Mentions only")
    await only.press("Enter")
    await expect(only).to_have_attribute("aria-pressed", "true")
    await expect(chosen).to_have_text("Mentions only")
    assert await barriers(page) == []
    # Nobody looks at the room: what is said there stays unread.
    await page.evaluate("document.hasFocus = () => false")
    item = second.page.locator(f'#rooms [data-room-id="{room_id}"]')
    await expect(item).to_have_accessible_name(re.compile("Kitchen ?, mentions only"))
    await boris.post(room_id, "for everybody")
    await expect(counts(second.page, room_id)).to_have_text(["Unread: 1"])
    await expect(second.page).to_have_title(name)
    await boris.post(room_id, f"for @{anna.username}")
    await expect(second.page).to_have_title(f"(@1) {name}")
    assert await barriers(second.page) == []

    await page.get_by_role("button", name="Nothing").click()
    await expect(page.get_by_role("img", name="Muted")).to_be_visible()
    await expect(second.page).to_have_title(name)
    await expect(item).to_have_attribute("data-muted", "")
    assert (await anna.room(room_id))["is_muted"]
    await anna.http.put(f"/api/rooms/{room_id}/level", json={"level": "all"})
    await expect(chosen).to_have_text("All messages")
    await expect(only).to_have_attribute("aria-pressed", "false")
    await expect(page.get_by_role("img", name="Muted")).to_be_hidden()


async def test_levels_without_scripts(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    window = await tab(shared_server, locale="ru", java_script_enabled=False)
    guest = await Guest.of(window, anna)
    await guest.page.goto(f"/rooms/{room_id}/")
    summary = guest.page.locator("#people summary", has_text="Уведомления")
    for name in ("Только упоминания", "Отключены", "Все сообщения"):
        await summary.click()
        await guest.page.get_by_role("button", name=name).click()
        await expect(guest.page.locator("#level-name")).to_have_text(name)
    wrong = await anna.http.post(f"/rooms/{room_id}/level", data={"level": "loud"})
    assert wrong.status_code == 400
