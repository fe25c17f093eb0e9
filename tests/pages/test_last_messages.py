"""The list of rooms: its two sections, and below each name what was said last."""

from playwright.async_api import expect

from tests.support.axe import barriers
from tests.support.doing import where
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.names import show_as
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
    await boris.http.delete(where(kitchen))
    await expect(room).to_have_text("Message deleted")
