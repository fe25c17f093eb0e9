"""What a screen reader says of what is asked and told now and then: word for word, by day in
Russian, by night in English.
"""

from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.pages.test_drafts import put
from tests.pages.test_jump_to_unread import SCROLL
from tests.pages.test_screen_reader import Walk
from tests.support import spoken_told as spoken
from tests.support.axe import barriers
from tests.support.browser import Tab
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.screen_reader import ScreenReader
from tests.support.server import Server

CLIPBOARD = ["clipboard-read", "clipboard-write"]


@pytest.mark.parametrize(("scheme", "locale"), [("light", "ru"), ("dark", "en")])
async def test_a_walk_of_what_is_asked_and_told(
    scheme: str, locale: str, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris, clara = people = [await person(name) for name in ("anna", "boris", "clara")]
    names = {each.username: each.username.rstrip("0123456789") for each in people}
    options: dict[str, Any] = {"permissions": CLIPBOARD, "color_scheme": scheme}
    window = await tab(shared_server, locale=locale, **options)
    room_id = await furnished(anna, boris, clara)
    walk = await sit_down(window, anna, room_id, names, locale)
    await what_was_not_read(walk)
    await what_is_copied(walk)
    await what_notifies_all(walk)
    await what_is_not_finished(walk, anna)
    await what_one_is_let_into(walk, boris, anna)
    await who_was_blocked(walk)
    await who_has_left(walk, anna, room_id, clara)
    await what_moderators_did(walk, boris, anna)


async def furnished(anna: Person, boris: Person, clara: Person) -> int:
    """Return a room of three with a screen of what is new to Anna."""
    room_id = await anna.create_room(boris, clara)
    await anna.post(room_id, "first")
    await anna.http.post(f"/rooms/{room_id}/read")
    for number in range(2, 61):
        await boris.post(room_id, f"message {number}")
    await clara.post(room_id, "```\na < b\n```")
    await boris.post(room_id, "bye")
    return room_id


async def sit_down(
    window: Tab, anna: Person, room_id: int, names: dict[str, str], locale: str
) -> Walk:
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    await guest.move_pointer()
    return Walk(guest, await ScreenReader.start(guest.page, names), locale)


async def is_free(page: Page, what: str) -> None:
    assert await barriers(page) == [], what


async def what_was_not_read(walk: Walk) -> None:
    button = walk.page.locator("#to-unread")
    await walk.page.evaluate(SCROLL, 600)
    await expect(button).to_be_visible()
    await button.focus()
    await walk.comes_to(spoken.TO_UNREAD)
    await is_free(walk.page, "to the first unread message")
    await walk.page.keyboard.press("Enter")
    await walk.comes_to(spoken.FIRST_UNREAD)
    await walk.page.locator("#to-newest").press("Enter")
    await expect(walk.page.locator("#m62")).to_be_in_viewport()


async def what_is_copied(walk: Walk) -> None:
    await walk.page.locator("#m61 pre").focus()
    await walk.comes_to(spoken.CODE)
    await walk.moves("Tab", spoken.COPY_CODE)
    await is_free(walk.page, "code")
    await walk.page.keyboard.press("Enter")
    await walk.hears("Copied | Скопировано")


async def what_notifies_all(walk: Walk) -> None:
    await walk.guest.say("soup for @all.")
    await walk.comes_to(spoken.ASKED)
    await walk.reads("#sure-all", spoken.QUESTION)
    await is_free(walk.page, "the question")
    await walk.page.keyboard.press("Escape")
    await walk.comes_to(spoken.GIVEN_BACK)
    await walk.guest.composer.fill("")


async def what_is_not_finished(walk: Walk, anna: Person) -> None:
    other = await anna.create_room(name="Attic")
    await put(anna, other, message="Half a")
    link = f'#rooms [data-room-id="{other}"]'
    await expect(walk.page.locator(f"{link} .room-draft")).to_be_visible()
    await walk.reads(link, spoken.DRAFT)
    await is_free(walk.page, "a draft")


async def what_one_is_let_into(walk: Walk, boris: Person, anna: Person) -> None:
    await boris.create_room(anna, name="Garden")
    await walk.hears(spoken.LET_IN)
    await is_free(walk.page, "the toast")


async def author(page: Page, number: int) -> Locator:
    """Go to a message: its author can be pressed then."""
    name = page.locator(f"#m{number} .author")
    await page.locator(f"#m{number} .post").focus()
    await expect(name).to_have_attribute("tabindex", "0")
    return name


async def who_was_blocked(walk: Walk) -> None:
    card, name = walk.page.locator(".person-card"), await author(walk.page, 62)
    await name.press("Enter")
    await card.locator("summary").press("Enter")
    await card.locator("[data-card=block]").press("Enter")
    await walk.hears(spoken.BLOCKED)
    await walk.reads("#m62", spoken.FOLDED)
    await is_free(walk.page, "a message of somebody blocked")
    await walk.page.locator("#m62 .folded > summary").press("Enter")
    await (await author(walk.page, 62)).press("Enter")
    await walk.reads(".person-card", spoken.BLOCKED_CARD)
    await is_free(walk.page, "the card of somebody blocked")
    await card.locator("[data-card=unblock]").press("Enter")
    await walk.hears(spoken.UNBLOCKED)


async def who_has_left(walk: Walk, anna: Person, room_id: int, clara: Person) -> None:
    await anna.remove_member(room_id, clara.id)
    await expect(walk.guest.member(clara)).to_have_count(0)
    await (await author(walk.page, 61)).press("Enter")
    await walk.comes_to("dialog: clara")
    await walk.reads(".person-card", spoken.CARD_OF_GONE)
    await is_free(walk.page, "the card of somebody who has left")
    await walk.page.keyboard.press("Escape")


async def what_moderators_did(walk: Walk, boris: Person, anna: Person) -> None:
    room_id = await boris.create_room(anna, name="Den")
    await walk.hears(spoken.LET_IN_DEN)
    await anna.post(room_id, "an advert")
    path = f"/api/rooms/{room_id}/members/{anna.id}/messages/remove"
    assert (await boris.http.post(path, json={"reason": "Adverts"})).is_success
    await walk.page.goto("/rooms/")
    await walk.reads(".ban-notice", spoken.NOTICE)
    await is_free(walk.page, "a notice")
