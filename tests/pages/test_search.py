"""The page on which messages are looked for: by keyboard, on a phone, and without scripts."""

import re

import pytest
from playwright.async_api import expect

from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server
from tests.support.uploading import posted, upload

PHONE = {"width": 390, "height": 844}
FOUND = "main .found-text"


async def test_a_message_is_found_by_keyboard_and_opens_in_its_room(
    shared_server: Server, tab: OpenTab, person: MakePerson
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris, name="Кухня")
    await boris.post(room_id, "Ёлки уже <b>куплены</b>")
    for number in range(40):
        await anna.post(room_id, f"later {number}")
    guest = await Guest.of(await tab(shared_server, locale="ru"), anna)
    page = guest.page
    await page.goto("/rooms/")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("елка")
    await expect(page.locator("#switcher-note")).to_contain_text("искать в сообщениях")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(r"/search/\?q="))
    await expect(page.locator(FOUND)).to_have_text("Ёлки уже <b>куплены</b>")
    await expect(page.locator("main mark")).to_have_text("Ёлки")
    await page.locator(".search-more summary").click()
    assert await barriers(page) == []
    # Somebody says more meanwhile, and takes it back.
    await boris.post(room_id, "и ещё одна ёлка")
    await page.reload()
    await expect(page.locator(FOUND)).to_have_count(2)
    assert (await boris.http.delete(f"/api/rooms/{room_id}/messages/42")).is_success
    await page.reload()
    await page.locator("main .entry-link").click()
    await expect(page).to_have_url(re.compile(rf"/rooms/{room_id}/.*#m1$"))
    await expect(page.locator("#m1")).to_be_in_viewport()
    await page.locator(".room-head a[href*='/search/']").click()
    await expect(page.locator("#room")).to_have_value(str(room_id))


@pytest.mark.parametrize("locale", ["en", "ru"])
async def test_every_operator_has_a_control_without_scripts(
    shared_server: Server, tab: OpenTab, person: MakePerson, locale: str
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id, other = await anna.create_room(boris, name="Garden"), await anna.create_room()
    for where, text in ((room_id, "plum one"), (room_id, "plum two"), (other, "plum three")):
        await anna.post(where, text)
    await boris.post(room_id, "plum https://example.org")
    await anna.http.put(f"/api/rooms/{room_id}/pins/1")
    await anna.http.put(f"/api/rooms/{room_id}/messages/2/reactions/👍")
    blank = await tab(shared_server, locale=locale, java_script_enabled=False, viewport=PHONE)
    blank.allow("400")
    guest = await Guest.of(blank, anna)
    page = guest.page
    await page.goto("/search/?q=plum")
    await expect(page.locator(FOUND)).to_have_count(4)
    await page.locator(".search-more summary").click()
    await page.locator("#room").select_option(str(room_id))
    await page.locator("#from").fill(anna.username)
    await page.locator("#after").fill("2020-01-01")
    await page.locator("#before").fill("2100-01-01")
    await page.locator("#sort").select_option("relevance")
    await page.locator("#q").press("Enter")
    await expect(page.locator(FOUND)).to_have_text(["plum two", "plum one"])
    await page.locator(".search-more summary").click()
    await page.locator("input[value='pinned']").check()
    await page.locator("#q").press("Enter")
    await expect(page.locator(FOUND)).to_have_text(["plum one"])
    await page.locator(".search-more summary").click()
    await page.locator("input[value='reaction']").check()
    await page.locator("#q").press("Enter")
    await expect(page.locator("main .nothing")).to_be_visible()
    await page.goto("/search/?q=plum&has=link")
    await expect(page.locator(FOUND)).to_have_text(["plum https://example.org"])
    await page.goto("/search/?q=plum+from:nobody-at-all")
    await expect(page.locator("main [role=alert]")).to_contain_text("from:nobody-at-all")
    for asked, said in (("?q=", 0), ("?q=&sort=relevance", 0), ("?q=nowhere", 1)):
        await page.goto(f"/search/{asked}")
        await expect(page.locator("main .nothing")).to_have_count(said)
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]


async def test_names_of_files_are_marked(
    shared_server: Server, tab: OpenTab, person: MakePerson
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    where = await upload(anna, room_id, b"words", "deployment <b>.txt")
    assert (await posted(anna, room_id, where)).is_success
    page = (await Guest.of(await tab(shared_server, locale="en"), anna)).page
    await page.goto(f"/search/?q=deplo*&room={room_id}")
    await expect(page.locator(FOUND)).to_have_text("deployment <b>.txt")
    await expect(page.locator("main mark")).to_have_text("deployment")


async def test_more_is_behind_a_link(
    shared_server: Server, tab: OpenTab, person: MakePerson
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    for number in range(25):
        await anna.post(room_id, f"plum {number}")
    page = (await Guest.of(await tab(shared_server, locale="en"), anna)).page
    await page.goto("/search/?q=plum&has=")
    await expect(page.locator(FOUND)).to_have_count(20)
    await page.get_by_role("link", name="Look further back").click()
    await expect(page.locator(FOUND)).to_have_count(5)
