"""The list of rooms: its two sections, and below each name what was said last."""

from playwright.async_api import Locator, expect

from tests.support.axe import barriers
from tests.support.doing import where
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.names import show_as
from tests.support.person import Person
from tests.support.server import Server


async def test_last_messages_are_live_and_the_same_as_served(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    kitchen = await anna.create_room(boris)
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    page = guest.page
    await page.goto("/rooms/")
    room = page.locator(f'#rooms [data-room-id="{kitchen}"] .last-message')
    sections = page.locator("#rooms ul")
    await expect(room).to_have_text("")
    await expect(page.locator("#rooms h2:visible")).to_have_text(["Rooms"])
    await boris.post(kitchen, "**Hello**\n<b>")
    await expect(room).to_have_text(f"{boris.username}: Hello <b>")
    await boris.http.patch(where(kitchen), json={"message": "Good _evening_"})
    await expect(room).to_have_text(f"{boris.username}: Good evening")
    await show_as(boris, "Борис")
    await expect(room).to_have_text("Борис: Good evening")
    direct = await anna.direct(boris)
    await boris.post(direct, "just for you")
    people = page.locator("#rooms .last-message").nth(1)
    await expect(people).to_have_text("just for you")
    await expect(page.locator("#rooms h2:visible")).to_have_text(["Rooms", "People"])
    await expect(sections.nth(0).locator("a")).to_have_attribute("data-room-id", str(kitchen))
    await expect(sections.nth(1).locator("a")).to_have_attribute("data-room-id", str(direct))
    # What is hidden in the items, and stands below the window, makes the page no longer.
    await page.set_viewport_size({"width": 1280, "height": 240})
    too_high = "document.documentElement.scrollHeight - innerHeight"
    assert await page.evaluate(too_high) == 0
    await page.set_viewport_size({"width": 1280, "height": 720})
    await anna.post(direct, "thanks")
    await expect(people).to_have_text("You: thanks")
    assert await barriers(page) == []
    # From one section into the other.
    for name in ("Kitchen", "Борис"):
        await page.keyboard.press("Alt+ArrowDown")
        await expect(page.locator("h1 bdi")).to_have_text(name)
        await guest.online()
    await expect(people).to_have_text("You: thanks")
    await expect(room).to_have_text("Борис: Good evening")

    folded = "Message of somebody you have blocked"
    await anna.http.put(f"/api/blocks/{boris.id}")
    await expect(room).to_have_text(folded)
    served = (await anna.http.get("/rooms/")).text
    assert "Good evening" not in served
    await anna.http.delete(f"/api/blocks/{boris.id}")
    await expect(room).to_have_text("Борис: Good evening")
    await what_is_deleted(room, boris, kitchen)
    served = (await anna.http.get("/rooms/")).text
    assert "Good evening" not in served


async def what_is_deleted(room: Locator, boris: Person, kitchen: int) -> None:
    """What was said before is there again, also for whoever comes then."""
    await boris.post(kitchen, "Bye")
    await expect(room).to_have_text("Борис: Bye")
    await boris.http.delete(where(kitchen, 2))
    await expect(room).to_have_text("Борис: Good evening")
    await room.page.reload()
    await expect(room).to_have_text("Борис: Good evening")
    await boris.http.delete(where(kitchen))
    await expect(room).to_have_text("")


async def test_names_are_whole_on_a_wide_screen_and_bold_where_something_is_unread(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris, name="Приёмная комиссия 2027")
    await boris.post(room_id, "hello")
    wide = {"width": 1920, "height": 1080}
    page = (await Guest.of(await tab(shared_server, viewport=wide), anna)).page
    await page.goto("/rooms/")
    name = page.locator(f'#rooms [data-room-id="{room_id}"] .room-name')
    is_cut = "e => e.scrollWidth > e.clientWidth"
    assert not await name.evaluate(is_cut)
    await expect(name).to_have_css("font-weight", "600")
    await anna.http.post(f"/rooms/{room_id}/read")
    await expect(name).to_have_css("font-weight", "400")
    await page.set_viewport_size({"width": 800, "height": 600})
    assert await name.evaluate(is_cut), "the same name, where there is no more room"
