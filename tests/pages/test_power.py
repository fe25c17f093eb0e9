"""What administrators do to somebody, as both of them see it: one at a desk, the other one at a
phone, in another language.
"""

import re
from datetime import UTC, datetime, timedelta

from playwright.async_api import Page, expect

from tests.pages.test_admin import fits, press
from tests.support.axe import barriers
from tests.support.factories import OpenTab, StartServer
from tests.support.guest import Guest
from tests.support.person import PASSWORD, Person
from tests.support.second_factor import run_sql
from tests.support.server import Server

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DARK = {"color_scheme": "dark"}
NEW = "another horse, another battery"


async def test_one_rules_and_the_other_one_is_told(server: StartServer, tab: OpenTab) -> None:
    node = await server(LOCALE="en", REGISTRATION="approval")
    async with Person(node) as anna, Person(node) as boris:
        await anna.join_by_form("anna")
        desk = await Guest.of(await tab(node, locale="en"), anna)
        phone = Guest(await tab(node, locale="ru-RU", **PHONE, **DARK))
        phone.tab.allow("40[134]|HTTP Authentication failed")
        await comes_in(desk.page, phone)
        await boris.login("boris")
        room = await anna.create_room(boris, name="Kitchen")
        await phone.enter(room)
        await is_thrown_out_and_comes_back(desk.page, phone, boris, room)
        await is_promoted_and_demoted(desk.page, phone, boris)
        await is_heard(desk, phone, room)
        await sees_old_messages_go(node, desk.page, phone, room)
        await loses_the_words_and_the_room(desk.page, phone, boris, room)


async def comes_in(page: Page, phone: Guest) -> None:
    """Whoever registers waits until somebody approves it."""
    await phone.page.goto("/register")
    await phone.page.fill("[name=username]", "boris")
    await phone.page.fill("[name=password]", PASSWORD)
    await phone.submit()
    await expect(phone.page.locator("main")).to_contain_text("администратор")
    await checked(phone.page)
    await page.goto("/admin/people?state=waiting")
    await page.get_by_role("link", name="boris").click()
    await expect(page.locator("main")).to_contain_text("waits for approval")
    await press(page, "Approve")
    await expect(page.locator(".admin-done")).to_have_text("Approved")
    await phone.page.goto("/login")
    await phone.login("boris")
    await expect(phone.page).to_have_url(re.compile("/rooms/$"))


async def is_thrown_out_and_comes_back(page: Page, phone: Guest, boris: Person, room: int) -> None:
    """All logins end; the password is chosen anew by a link that was handed over."""
    person = f"/admin/people/{boris.id}"
    await act(page, person, "End all logins", "All logins have ended")
    await expect(phone.page).to_have_url(re.compile("/login"))
    await expect(phone.page.get_by_role("alert")).to_contain_text("Сеанс завершён")
    await checked(phone.page)
    await page.goto(person)
    await press(page, "Link for a new password")
    await phone.page.goto(await page.input_value("#secret"))
    await checked(phone.page)
    await phone.page.fill("[name=password]", NEW)
    await phone.submit()
    await expect(phone.page).to_have_url(re.compile("/login"))
    await phone.page.fill("[name=username]", "boris")
    await phone.page.fill("[name=password]", NEW)
    await phone.submit()
    await expect(phone.page).to_have_url(re.compile("/rooms/$"))
    await boris.login("boris", NEW)
    await phone.enter(room)


async def is_promoted_and_demoted(page: Page, phone: Guest, boris: Person) -> None:
    """The other one's profile leads to the administration, and then no more."""
    person = f"/admin/people/{boris.id}"
    await act(page, person, "Make an administrator", "Administrator rights given")
    await phone.page.goto("/admin/people")
    await expect(phone.page.locator("h1")).to_have_text("Люди")
    await checked(phone.page)
    await act(page, person, "Remove administrator rights", "Administrator rights removed")
    await phone.page.goto("/admin/people")
    await expect(phone.page.locator("main")).to_contain_text("может только администратор")


async def is_heard(desk: Guest, phone: Guest, room: int) -> None:
    """A message is reported, judged and deleted; who reported it is told."""
    await desk.enter(room)
    await desk.say("buy this")
    await phone.enter(room)
    await phone.sees("buy this")
    await phone.page.goto(f"/rooms/{room}/messages/1/report")
    await checked(phone.page)
    await phone.page.get_by_label("Что не так").select_option("spam")
    await press(phone.page, "Пожаловаться")
    await phone.enter(room)
    await desk.page.goto("/admin/reports")
    await expect(desk.page.locator("main")).to_contain_text("buy this")
    assert await barriers(desk.page) == []
    await press(desk.page, "Delete the message")
    await expect(desk.page.locator(".admin-done")).to_be_visible()
    await expect(phone.page.locator("#messages .message.deleted")).to_have_count(1)
    await phone.page.goto("/rooms/")
    notice = phone.page.locator(".ban-notice")
    # That his logins ended, that his password was chosen by a link, that he was an administrator
    # for a while, and what became of what he reported.
    await expect(notice).to_have_count(5)
    await checked(phone.page)
    for left in (4, 3, 2, 1, 0):
        await notice.first.get_by_role("button").click()
        await expect(notice).to_have_count(left)


async def sees_old_messages_go(node: Server, page: Page, phone: Guest, room: int) -> None:
    """A rule for all rooms is shown before it is set."""
    await phone.enter(room)
    await taps(phone, "old")
    long_ago = str(datetime.now(UTC) - timedelta(days=40))
    run_sql(node, "UPDATE message SET created_at = ?", long_ago)
    await page.goto("/admin/retention")
    await page.get_by_label("Delete messages after so many days").fill("30")
    await press(page, "Save")
    await expect(page.get_by_role("alert")).to_contain_text("1 message will be deleted")
    assert await barriers(page) == []
    await press(page, "Delete and save")
    await expect(page.locator(".saved")).to_have_text("Saved")
    await expect(phone.message("old")).to_have_count(0)
    await expect(phone.page.locator("#beginning")).to_contain_text("истёк")


async def loses_the_words_and_the_room(page: Page, phone: Guest, boris: Person, room: int) -> None:
    """All messages of one person go, and at last the room."""
    await phone.enter(room)
    await taps(phone, "mine")
    await act(page, f"/admin/people/{boris.id}", "Delete all messages", "Messages deleted")
    await expect(phone.message("mine")).to_have_count(0)
    await act(page, f"/admin/rooms/{room}", "Delete the room", None)
    await expect(page).to_have_url(re.compile("/admin/rooms"))
    notice = phone.page.locator("#notice")
    await expect(notice).to_contain_text("удалена")
    await checked(phone.page)


async def taps(phone: Guest, text: str) -> None:
    """Write a message with thumbs."""
    await phone.composer.fill(text)
    await phone.page.locator("button.send").tap()
    await phone.sees(text)


async def act(page: Page, there: str, name: str, said: str | None) -> None:
    """Press the button on the page, answer the question, and read what was done."""
    await page.goto(there)
    await press(page, name)
    assert await barriers(page) == []
    await page.locator("main form:has([name=sure]) button[type=submit]").click()
    if said:
        await expect(page.locator(".admin-done")).to_contain_text(said)


async def checked(page: Page) -> None:
    """The phone's page fits, and has no barriers."""
    assert await fits(page), page.url
    assert await barriers(page) == []
