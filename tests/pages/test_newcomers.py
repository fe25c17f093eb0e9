"""A room whose newcomers see only what comes after them: its owner says so, and one comes in."""

from playwright.async_api import Page, expect

from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.server import Server

PHONE = {"width": 390, "height": 844}
BEGINNING = "You see what has been said since you came into the room."
UNSEEN = "A message from before you came into the room"
UNSEEN_RU = "Сообщение, написанное до вашего прихода"


async def test_newcomer_sees_where_their_history_begins(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room = await anna.create_room()
    await anna.post(room, "before")
    owner = await Guest.of(await tab(shared_server, locale="en"), anna)
    await _let_nobody_see(owner.page, room)
    await anna.add_member(room, boris)
    guest = await Guest.of(await tab(shared_server, locale="en", viewport=PHONE), boris)
    await guest.enter(room)
    await guest.move_pointer()
    page = guest.page
    await expect(page.locator("#beginning")).to_have_text(BEGINNING)
    await expect(guest.messages).to_have_count(0)
    await expect(page.locator("#messages .event").last).to_contain_text("was added by")
    await expect(page.locator("#completeness")).to_have_attribute("data-state", "complete")
    # Live, with what is done to what was there before; then as the server draws it.
    await _reply(anna, room, "after")
    quote = guest.message("after").locator(".quote-text")
    await expect(quote).to_have_text(UNSEEN)
    await anna.http.patch(f"/api/rooms/{room}/messages/1", json={"message": "edited"})
    await guest.say("hello")
    await owner.enter(room)
    await owner.sees("hello")
    await owner.say("welcome")
    await guest.sees("welcome")
    await expect(page.locator("#completeness")).to_have_attribute("data-state", "complete")
    await expect(quote).to_have_text(UNSEEN)
    await page.reload()
    await guest.online()
    await expect(page.locator("#beginning")).to_be_visible()
    await expect(quote).to_have_text(UNSEEN)
    assert await barriers(page) == []
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    assert (await boris.http.patch("/api/profile", json={"language": "ru"})).is_success
    await page.reload()
    await expect(quote).to_have_text(UNSEEN_RU)


async def _let_nobody_see(page: Page, room: int) -> None:
    await page.goto(f"/rooms/{room}/settings")
    await page.get_by_label("Only what comes after them").check()
    await page.get_by_role("button", name="Save").first.click()
    await expect(page.locator(".saved")).to_have_text("Saved")
    assert await barriers(page) == []


async def _reply(anna: Person, room: int, text: str) -> None:
    sent = {"message": text, "reply_to": 1}
    assert (await anna.http.post(f"/api/rooms/{room}/messages", json=sent)).is_success
