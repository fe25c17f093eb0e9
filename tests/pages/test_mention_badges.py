"""Mentions of somebody are counted apart: in the list, the title, the switcher, notifications."""

from playwright.async_api import Locator, Page, expect

from tests.pages.test_activity import edit
from tests.pages.test_attention import SENSES, look_away
from tests.support.axe import barriers
from tests.support.doing import where
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server
from tests.support.waiting import eventually


def counts(page: Page, room_id: int) -> Locator:
    """The numbers beside a room in the list: of mentions, and of what is unread."""
    return page.locator(f'#rooms [data-room-id="{room_id}"] .room-counts > :visible')


async def test_counts_rise_and_fall_live(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    kitchen, garden = await anna.create_room(boris), await anna.create_room(boris, name="Garden")
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    page = guest.page
    await page.goto("/rooms/")
    total = page.locator(".to-activity .mentions")
    await expect(total).to_be_hidden()
    name = await page.title()
    await boris.post(kitchen, "nothing special")
    await expect(page).to_have_title(f"(1) {name}")
    await boris.post(kitchen, f"@{anna.username} look")
    await expect(counts(page, kitchen)).to_have_text(["Mentions of you: @1", "Unread: 2"])
    await expect(page).to_have_title(f"(@1 · 2) {name}")
    await boris.post(garden, "@all")
    await expect(total).to_have_text("Mentions of you: 2")
    await expect(page).to_have_title(f"(@2 · 3) {name}")
    assert await barriers(page) == []
    await page.keyboard.press("Control+k")
    await expect(page.locator("#switcher .found .unread")).to_have_text(["@1", "@1 · 2"])
    await page.keyboard.press("Escape")

    await edit(boris, kitchen, 2, "never mind")
    await expect(counts(page, kitchen)).to_have_text(["Unread: 2"])
    await expect(page).to_have_title(f"(@1 · 3) {name}")
    await edit(boris, kitchen, 1, f"special, @{anna.username}")
    await expect(counts(page, kitchen)).to_have_text(["Mentions of you: @1", "Unread: 2"])
    await boris.http.delete(where(kitchen, 1))
    await expect(counts(page, kitchen)).to_have_text(["Unread: 1"])
    await anna.http.post(f"/rooms/{garden}/read")
    await expect(total).to_be_hidden()
    await expect(page).to_have_title(f"(1) {name}")
    # What one is mentioned in oneself counts for nothing.
    await anna.post(garden, "@all")
    await boris.post(garden, "yes?")
    await expect(page).to_have_title(f"(2) {name}")
    await expect(counts(page, garden)).to_have_text(["Unread: 1"])
    # Nor does what is deleted before anybody has looked.
    await boris.http.delete(where(garden, 3))
    await expect(counts(page, garden)).to_have_count(0)


async def test_notifications_say_who_mentions_me_and_where(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await boris.post(room_id, "seen")
    await anna.http.post(f"/rooms/{room_id}/read")
    window = await tab(shared_server, locale="ru")
    await window.context.add_init_script(SENSES)
    await window.context.add_init_script("localStorage.permission = 'granted'")
    guest = await Guest.of(window, anna)
    page = guest.page
    await page.goto("/rooms/")
    await page.evaluate("localStorage.setItem('notify', 'on')")
    unread = page.locator(f'[data-room-id="{room_id}"] .unread-count')
    await look_away(page)

    async def shown() -> list[str]:
        return [each["title"] for each in await page.evaluate("shown")]

    async def has_shown(*titles: str) -> bool:
        return await shown() == list(titles)

    plain = f"{boris.username} · Kitchen"
    mention = f"{boris.username} упоминает вас в комнате «Kitchen»"
    await boris.post(room_id, "hello")
    await eventually(lambda: has_shown(plain), "a plain message")
    await boris.post(room_id, f"@{anna.username}")
    await eventually(lambda: has_shown(plain, mention), "a mention")
    await anna.http.put(f"/api/rooms/{room_id}/level", json={"level": "mentions"})
    link = page.locator(f'#rooms [data-room-id="{room_id}"]')
    await expect(link).to_have_attribute("data-level", "")
    await boris.post(room_id, "nothing for her")
    await expect(unread).to_have_text("3")
    await boris.post(room_id, "@all")
    await eventually(lambda: has_shown(plain, mention, mention), "everybody")
    # An edit calls where it was not read yet, and not where it was.
    await edit(boris, room_id, 1, f"@{anna.username}, seen")
    await edit(boris, room_id, 2, f"hello, @{anna.username}")
    await eventually(lambda: has_shown(plain, *[mention] * 3), "an edit")
    bodies = [each["body"] for each in await page.evaluate("shown")]
    assert bodies[-1] == f"hello, @{anna.username}"
    await anna.http.put(f"/api/rooms/{room_id}/level", json={"level": "nothing"})
    await expect(link).to_have_attribute("data-muted", "")
    await boris.post(room_id, f"@{anna.username} psst")
    await expect(unread).to_have_text("5")
    assert len(await shown()) == 4
