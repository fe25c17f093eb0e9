"""What a screen reader says of what stands between and beside the messages, and of Activity: word
for word, by day in Russian, by night in English. axe finds nothing in any of it.
"""

import pytest
from playwright.async_api import expect

from tests.pages.test_drafts import Held, put
from tests.pages.test_failed_send import refuse
from tests.pages.test_message_details import delete, react, reply
from tests.pages.test_screen_reader import Walk, first
from tests.support import spoken_beside as spoken
from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.screen_reader import ScreenReader
from tests.support.server import Server
from tests.support.wire import Wire

FIELD = "textbox: Message, mine | textbox: Сообщение, mine"


async def furnished(anna: Person, boris: Person, clara: Person) -> int:
    """Return a room of three in which much was deleted, and has happened."""
    room_id = await anna.create_room(boris)
    await anna.post(room_id, "who cooks?")
    for number in range(2, 6):
        await boris.post(room_id, f"message {number}")
    for number in range(2, 5):
        await delete(boris, room_id, number)
    await anna.add_member(room_id, clara)
    await anna.set_role(room_id, boris.id, "owner")
    await anna.rename_room(room_id, "Attic")
    await boris.rename_room(room_id, "Kitchen")
    return room_id


@pytest.mark.parametrize(("scheme", "locale"), [("light", "ru"), ("dark", "en")])
async def test_a_walk_beside_the_messages(
    scheme: str, locale: str, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris, clara = people = [await person(name) for name in ("anna", "boris", "clara")]
    room_id = await furnished(anna, boris, clara)
    window = await tab(shared_server, locale=locale, color_scheme=scheme)
    (await Wire.of(window.context)).refuse = refuse
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    names = {each.username: each.username.rstrip("0123456789") for each in people}
    walk = Walk(guest, await ScreenReader.start(guest.page, names), locale)
    await what_was_deleted(walk)
    await what_has_happened(walk)
    await who_somebody_is(walk)
    await what_one_is_told_of(walk)
    await what_was_not_sent(walk)
    await what_was_written_elsewhere(walk, anna, room_id)
    await guest.page.goto("/activity/")
    walk = Walk(guest, await ScreenReader.start(guest.page, names), locale)
    await what_concerns_me(walk, boris, clara, room_id)


async def what_was_deleted(walk: Walk) -> None:
    await walk.comes_to("textbox: Message | textbox: Сообщение")
    await walk.reads("#messages", spoken.FOLDED)
    run = walk.page.locator("#messages .deleted-run a")
    await run.press("Enter")
    await walk.comes_to(spoken.RUN)
    await walk.page.locator("#m3 .post").focus()
    await walk.comes_to(spoken.DELETED)
    assert await barriers(walk.page) == [], "deleted messages"
    await run.press("Enter")


async def what_has_happened(walk: Walk) -> None:
    summary = walk.page.locator("#messages .event summary")
    await summary.press("Enter")
    await walk.comes_to(first(spoken.EVENTS, 1))
    await walk.reads("#messages .event", spoken.EVENTS)
    assert await barriers(walk.page) == [], "what has happened"
    await summary.press("Enter")


async def who_somebody_is(walk: Walk) -> None:
    await walk.page.locator("#m5 .post").focus()
    await walk.moves("Tab", "button: boris — @boris")
    await walk.page.keyboard.press("Enter")
    await walk.comes_to("dialog: boris")
    await walk.reads(".person-card", spoken.CARD)
    await walk.page.locator(".person-card summary").press("Enter")
    await walk.reads(".person-card details", spoken.TO_BLOCK)
    assert await barriers(walk.page) == [], "a card"
    await walk.page.keyboard.press("Escape")
    await walk.comes_to("button: boris — @boris")


async def what_one_is_told_of(walk: Walk) -> None:
    fold = walk.page.locator("#people details:has(#level)")
    await fold.locator("summary").press("Enter")
    await walk.comes_to(first(spoken.LEVELS, 1))
    await walk.reads("#people details:has(#level)", spoken.LEVELS)
    only = walk.page.locator("#level button").nth(1)
    await only.press("Enter")
    await walk.comes_to(spoken.CHOSEN)
    assert await barriers(walk.page) == [], "levels"
    await fold.locator("summary").press("Enter")
    await walk.comes_to(spoken.LEVEL)


async def what_was_not_sent(walk: Walk) -> None:
    await walk.guest.say("unlucky")
    failed = walk.page.locator("#messages .message[data-state=failed]")
    await expect(failed).to_be_visible()
    await walk.hears(spoken.NOT_SENT)
    await failed.locator(".post").focus()
    await walk.comes_to(spoken.UNLUCKY)
    assert await barriers(walk.page) == [], "what was not sent"
    await walk.moves("Tab", spoken.TO_SEND_AGAIN)
    await walk.page.keyboard.press("Enter")
    await walk.comes_to("textbox: Message, unlucky | textbox: Сообщение, unlucky")


async def what_was_written_elsewhere(walk: Walk, anna: Person, room_id: int) -> None:
    held = await Held.of(walk.page)
    await walk.guest.composer.fill("mine")
    await held.arrived()
    await put(anna, room_id, message="theirs")
    held.go.set()
    await walk.hears(spoken.TOLD_OF_OTHER)
    await walk.comes_to(FIELD)
    await walk.reads("#other-draft", spoken.OTHER)
    assert await barriers(walk.page) == [], "another text"
    await walk.page.locator("#other-draft [data-other=discard]").press("Enter")
    await walk.comes_to(FIELD)


async def what_concerns_me(walk: Walk, boris: Person, clara: Person, room_id: int) -> None:
    await walk.reads("#activity", spoken.NOTHING)
    await react(boris, room_id, 1, "👍")
    await walk.hears("1 new | 1 новая запись")
    await react(clara, room_id, 1, "🎉")
    await reply(clara, room_id, 1, "not me")
    await boris.post(room_id, "@all dinner")
    await walk.reads("#activity", spoken.ACTIVITY)
    assert await barriers(walk.page) == [], "activity"
