"""The page of the connection: how long a word takes, what was lost and why, and what waits."""

import re

from playwright.async_api import expect

from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
WAITING = """(user) => new Promise((done) => {
  const request = indexedDB.open("beseda", 1);
  request.onsuccess = () => {
    const adding = request.result.transaction("drafts", "readwrite");
    adding.objectStore("drafts").add({ user, room: 77, client_id: "x", text: "a secret" });
    adding.oncomplete = () => done(request.result.close());
  };
})"""


async def test_what_was_lost_and_what_waits(
    shared_server: Server, tab: OpenTab, person: MakePerson
) -> None:
    anna = await person("anna")
    room = await anna.create_room()
    window = await tab(shared_server, locale="ru", permissions=["clipboard-read"], **PHONE)
    window.allow("net::ERR_|WebSocket connection to")
    guest = await Guest.of(window, anna)
    page = guest.page
    await page.clock.install()
    await guest.enter(room)
    async with page.expect_response(re.compile("connection_log")):
        await page.clock.fast_forward(15_000)
    await page.context.set_offline(True)
    await expect(page.locator("#connection")).to_have_attribute("data-state", "offline")
    await page.context.set_offline(False)
    await guest.online()
    await page.evaluate(WAITING, anna.id)
    await page.goto(f"/rooms/{room}/")
    await expect(page.locator("#people a[href='/connection']")).to_have_text("Соединение")
    await page.goto("/connection")
    await expect(page.locator("#connection-state")).to_have_text("Соединение работает")
    await page.clock.fast_forward(2_000)
    await expect(page.locator("#connection-trip")).to_contain_text("мс; из последних 20")
    lost = page.locator("#connection-losses li", has_text=f"Комната {room}")
    await expect(lost).to_contain_text("Сервер больше не отвечал, или у устройства не было сети.")
    await expect(lost).to_contain_text("с до восстановления")
    await expect(page.locator("#connection-waiting")).to_have_text("Комната 77: 1")
    assert await barriers(page) == []
    width = "document.documentElement.scrollWidth <= document.body.clientWidth"
    assert await page.evaluate(width)
    await page.get_by_role("button", name="Скопировать").tap()
    await expect(page.locator("#connection-copy")).to_have_text("Скопировано")
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert "Комната 77: 1" in copied
    assert "Сервер больше не отвечал" in copied
    assert "secret" not in copied
