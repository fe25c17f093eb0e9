"""Replies of one thread in a row, all of them read, are one line, which opens them."""

import re

from playwright.async_api import Locator, expect

from tests.pages.test_message_details import delete, reply
from tests.pages.test_screen_reader import Walk
from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.screen_reader import ScreenReader
from tests.support.server import Server

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
CLIPBOARD = ["clipboard-read", "clipboard-write"]
# The English words, and the Russian ones where they are others.
SAID = """
heading: Today | heading: Сегодня
article: anna, 12:00
anna
where do we eat?
12:00
image: Read | image: Прочитано
link: 7 replies | link: 7 ответов
button: 6 replies by boris, clara and 2 others, collapsed \
| button: 6 ответов: boris, clara и ещё 2, collapsed
article: dora, 12:00
dora
link: In reply to: anna : where do we eat? | link: В ответ на: anna : where do we eat?
answer 8
12:00
article: clara, 12:00
clara
the train is late
12:00
"""


def line(guest: Guest) -> Locator:
    return guest.page.locator("#messages .reply-run button")


def number(guest: Guest, message_id: int) -> Locator:
    return guest.page.locator(f"#m{message_id}")


async def is_open(guest: Guest) -> None:
    await expect(line(guest)).to_have_attribute("aria-expanded", "true")
    for each in (2, 5):
        await expect(number(guest, each)).to_be_visible()


async def is_folded(guest: Guest) -> None:
    await expect(line(guest)).to_have_attribute("aria-expanded", "false")
    for each in (2, 5):
        await expect(number(guest, each)).to_be_hidden()


async def talk(person: MakePerson) -> tuple[list[Person], int]:
    """Four people, and a room that two of them have read: 2 to 8 are replies to the first message,
    by all four, 9 is none.
    """
    people = [await person(name) for name in ("anna", "boris", "clara", "dora")]
    anna, boris, clara, _ = people
    room_id = await anna.create_room(*people[1:])
    await anna.post(room_id, "where do we eat?")
    for each in range(2, 9):
        await reply(people[(each - 1) % 4], room_id, 1, f"answer {each}")
    await clara.post(room_id, "the train is late")
    for reader in (anna, boris):
        await reader.http.post(f"/rooms/{room_id}/read")
    return people, room_id


async def says(guest: Guest, people: list[Person], locale: str) -> None:
    """Hear the whole of the room."""
    names = {each.username: each.username.rstrip("0123456789") for each in people}
    reader = await ScreenReader.start(guest.page, names)
    await Walk(guest, reader, locale).reads("#messages", SAID)


async def test_what_is_read_is_folded_and_opens(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    (anna, boris, clara, _), room_id = await talk(person)
    for each in range(10, 15):
        await reply(clara, room_id, 1, f"unread {each}")
    guest = await Guest.of(await tab(shared_server, locale="en"), boris)
    await guest.enter(room_id)
    await is_folded(guest)
    # Nor is what comes while one is here.
    for each in range(15, 20):
        await reply(anna, room_id, 1, f"live {each}")
    await guest.sees("live 19")
    for each in (1, 8, *range(9, 20)):
        await expect(number(guest, each)).to_be_visible()
    await expect(line(guest)).to_have_count(1)
    await by_keyboard(guest)
    await anna.post(room_id, f"see {shared_server.url}/rooms/{room_id}/?at=4")
    await number(guest, 20).locator(".text a").click()
    await expect(number(guest, 4)).to_be_in_viewport()
    await anna.post(room_id, "later")
    await expect(number(guest, 21)).to_be_attached()
    await is_open(guest)
    await by_search(guest)
    await marked_unread(guest)


async def by_keyboard(guest: Guest) -> None:
    """The arrows go past what is folded, and tell of it."""
    keyboard = guest.page.keyboard
    last, before = (number(guest, each).locator(".post") for each in (8, 1))
    await number(guest, 9).locator(".post").focus()
    await keyboard.press("ArrowUp")
    await expect(last).to_be_focused()
    heard = re.compile("^6 replies by .* 2 others , In reply to: .* answer 8$")
    await expect(last).to_have_accessible_description(heard)
    await keyboard.press("ArrowUp")
    await expect(before).to_be_focused()
    await line(guest).focus()
    for key, shows in (("Enter", is_open), ("Space", is_folded)):
        await keyboard.press(key)
        await shows(guest)
        await expect(line(guest)).to_be_focused()
        assert await barriers(guest.page) == []
    stop = guest.page.locator("#messages .post[tabindex='0']")
    await expect(stop).to_have_count(1)
    await expect(stop).to_be_visible()


async def by_search(guest: Guest) -> None:
    """What somebody has folded stays so, until it is found by the browser."""
    await line(guest).click()
    await is_folded(guest)
    await guest.page.evaluate("location.href = '#:~:text=answer%206'")
    await expect(number(guest, 6)).to_be_in_viewport()
    await is_open(guest)


async def marked_unread(guest: Guest) -> None:
    """What is unread again is no part of a run, and 2 to 5 are one."""
    await number(guest, 6).locator(".post").press("u")
    await expect(guest.page.locator(".unread-line + #m6")).to_have_count(1)
    await expect(line(guest)).to_have_text(re.compile("^3 replies"))
    await line(guest).click()
    await expect(number(guest, 3)).to_be_hidden()
    for each in (5, 6, 7):
        await expect(number(guest, each)).to_be_visible()


async def test_links_words_copies_and_paper(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    people, room_id = await talk(person)
    window = await tab(shared_server, locale="en", permissions=CLIPBOARD)
    guest = await Guest.of(window, people[0])
    page = guest.page
    # A link to one of them is to all.
    await page.goto(f"/rooms/{room_id}/?at=4")
    await is_open(guest)
    await guest.enter(room_id)
    await is_folded(guest)
    await says(guest, people, "en")
    await expect(number(guest, 8).locator(".author")).to_have_css("position", "static")
    # The last message of one's own is edited where it is.
    await guest.composer.press("ArrowUp")
    await is_open(guest)
    await guest.composer.press("Escape")
    await line(guest).click()
    await is_folded(guest)
    # What copies a conversation is loaded by now.
    await number(guest, 9).hover()
    await expect(number(guest, 9).locator(".message-tools")).to_be_visible()
    await page.keyboard.press("Control+a")
    await page.keyboard.press("Control+c")
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert re.findall(r"answer \d", copied) == [f"answer {each}" for each in range(2, 9)]
    await page.emulate_media(media="print")
    await expect(number(guest, 4).locator(".text")).to_be_visible()
    await expect(line(guest)).to_be_hidden()


async def test_on_a_phone_by_night_with_deleted_ones(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    people, room_id = await talk(person)
    window = await tab(shared_server, locale="ru", color_scheme="dark", **PHONE)
    guest = await Guest.of(window, people[0])
    await guest.enter(room_id)
    await says(guest, people, "ru")
    assert await barriers(guest.page) == []
    for shows in (is_open, is_folded):
        await line(guest).tap()
        await shows(guest)
    # What is deleted of a run is still counted; the end of one is a message that is there.
    for each, author in ((2, 1), (3, 2), (4, 3), (8, 3)):
        await delete(people[author], room_id, each)
    await expect(number(guest, 8).locator(".text")).to_have_text("Сообщение удалено")
    await guest.enter(room_id)
    await expect(line(guest)).to_have_text(re.compile("^5 ответов"))
    deleted = guest.page.locator(".deleted-run")
    await expect(deleted).to_have_count(1)
    await expect(deleted).to_be_hidden()
    await line(guest).tap()
    await expect(deleted).to_be_visible()
    for each, is_there in ((2, False), (5, True), (7, True), (8, True)):
        await expect(number(guest, each)).to_be_visible(visible=is_there)
