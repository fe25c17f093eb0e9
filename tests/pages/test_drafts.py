"""Drafts on the pages: in another browser, after a closed tab, and none of what was sent."""

import asyncio
import re
from typing import Any

from playwright.async_api import Page, Route, expect

from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.server import Server
from tests.support.waiting import DEADLINE, deadline, eventually

PHONE = {"viewport": {"width": 390, "height": 844}}


async def stored(person: Person, room: int, message: str, reply_to: int | None = None) -> None:
    """Wait until the server has this draft."""

    async def is_stored() -> bool:
        draft = (await person.http.get(f"/api/rooms/{room}/draft")).json()
        return (draft["message"], draft["reply_to"]) == (message, reply_to)

    await eventually(is_stored, f"the draft {message!r}")


async def put(person: Person, room: int, **draft: Any) -> None:
    """Store a draft as another browser does."""
    answer = await person.http.put(f"/api/rooms/{room}/draft", json=draft)
    assert answer.status_code == 200, answer.text


async def shows_after_return(guest: Guest, text: str) -> None:
    """Come back to the page until its field has this text."""

    async def is_shown() -> bool:
        await guest.page.evaluate("dispatchEvent(new Event('focus'))")
        return await guest.composer.input_value() == text

    await eventually(is_shown, f"{text!r} in the field")


async def compared(page: Page) -> None:
    """Wait until the page has compared its text with the server's."""

    async def is_compared() -> bool:
        keys = await page.evaluate("Object.keys(sessionStorage)")
        return any(key.endswith(":stored") for key in keys)

    await eventually(is_compared, "the comparison")


def draft_mark(page: Page, room: int) -> Any:
    """The pencil of the room in the list."""
    return page.locator(f'#rooms [data-room-id="{room}"] .room-draft')


async def test_from_one_browser_to_the_other(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room, other = await anna.create_room(name="Kitchen"), await anna.create_room(name="Garden")
    await anna.post(room, "What is for dinner?")
    desk = await Guest.of(await tab(shared_server, locale="en"), anna)
    phone = await Guest.of(await tab(shared_server, locale="en", **PHONE), anna)
    await desk.enter(room)
    await phone.page.goto("/rooms/")
    await desk.composer.fill("Half a")
    await expect(draft_mark(phone.page, room)).to_be_visible()
    await expect(draft_mark(phone.page, room)).to_have_accessible_name("draft")
    await expect(draft_mark(phone.page, other)).to_be_hidden()
    await expect(draft_mark(desk.page, room)).to_be_hidden()
    await phone.enter(room)
    await expect(phone.composer).to_have_value("Half a")
    await phone.say("Half a loaf")
    await phone.sees("Half a loaf")
    await stored(anna, room, "")
    # It was sent there: here it is none any more.
    await shows_after_return(desk, "")
    await put(anna, room, message="Soup", reply_to=1)
    await shows_after_return(desk, "Soup")
    await expect(desk.page.locator("#composer-context .context-text")).to_have_text(
        "What is for dinner?"
    )
    # Another tab, without what this one keeps; and a page that is left at once.
    again = Guest(desk.tab, await desk.tab.context.new_page())
    await again.enter(room)
    await expect(again.page.locator("#composer-context")).to_be_visible()
    await compared(again.page)
    await again.composer.fill("Soup, and")
    await again.page.goto("/rooms/")
    await stored(anna, room, "Soup, and", reply_to=1)
    await expect(draft_mark(again.page, room)).to_be_visible()
    await again.enter(room)
    await again.say("Soup, and a loaf")
    await again.sees("Soup, and a loaf")
    await stored(anna, room, "")
    (*_, last) = await anna.messages(room)
    assert (last["message"], last["reply_to"]["message_id"]) == ("Soup, and a loaf", 1)


class Held:
    """Requests of a page that store drafts, each held until it is let go."""

    def __init__(self) -> None:
        self.come = asyncio.Event()
        self.go = asyncio.Event()

    @classmethod
    async def of(cls, page: Page) -> "Held":
        held = cls()
        await page.route(re.compile(r"/draft$"), held._handle)
        return held

    async def arrived(self) -> None:
        """Wait for one."""
        async with deadline(DEADLINE, "a request"):
            await self.come.wait()

    async def _handle(self, route: Route) -> None:
        self.come.set()
        await self.go.wait()
        await route.continue_()


async def test_what_is_in_the_field_stays_and_what_was_sent_does_not_come_back(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room = await anna.create_room()
    desk = await Guest.of(await tab(shared_server), anna)
    await desk.enter(room)
    held = await Held.of(desk.page)
    await desk.composer.fill("on its way")
    await held.arrived()
    await desk.say("sent")
    await desk.sees("sent")
    async with desk.page.expect_response(
        lambda answer: '"message":""' in (answer.request.post_data or "")
    ):
        held.go.set()
    await stored(anna, room, "")
    # Another browser has stored another text since this one was typed.
    held.come.clear()
    held.go.clear()
    await desk.composer.fill("mine")
    await held.arrived()
    await put(anna, room, message="theirs")
    async with desk.page.expect_response(lambda answer: answer.url.endswith("/draft")):
        held.go.set()
    await desk.page.evaluate("dispatchEvent(new Event('focus'))")
    await stored(anna, room, "theirs")
    other = desk.page.locator("#other-draft")
    await expect(other.locator(".other-draft-text")).to_have_text("theirs")
    await desk.page.reload()
    await desk.online()
    await expect(desk.composer).to_have_value("mine")
    # What is written now is the newest; the other one is still there to be had.
    await desk.composer.press_sequentially("!")
    await stored(anna, room, "mine!")
    await expect(other.locator(".other-draft-text")).to_have_text("theirs")
    await other.get_by_role("button").first.click()
    await expect(other).to_be_hidden()
    await stored(anna, room, "mine!\ntheirs")


async def test_what_was_sent_does_not_come_back_with_a_reload(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    """Before the server has heard that it is no draft any more."""
    anna = await person("anna")
    room = await anna.create_room()
    guest = await Guest.of(await tab(shared_server), anna)
    await guest.enter(room)
    await guest.composer.fill("sent")
    await stored(anna, room, "sent")
    held = await Held.of(guest.page)
    await guest.say("sent")
    await guest.sees("sent")
    await held.arrived()
    await guest.page.reload()
    await expect(guest.composer).to_have_value("")
    held.go.set()
    await stored(anna, room, "")
    await expect(guest.composer).to_have_value("")


async def test_without_scripts(person: MakePerson) -> None:
    anna = await person("anna")
    room = await anna.create_room()
    await put(anna, room, message="half")
    page = (await anna.http.get(f"/rooms/{room}/")).text
    assert ">\nhalf</textarea>" in page
    (version,) = re.findall(r'name="draft" value="(\d+)"', page)
    assert re.search(r'class="room-draft"[^>]*"(?! hidden)>', (await anna.http.get("/rooms/")).text)

    async def post(text: str) -> None:
        form = {"message": text, "draft": version}
        answer = await anna.http.post(f"/rooms/{room}/", data=form)
        assert answer.status_code == 303

    await post("half and half")
    await stored(anna, room, "")
    # A later one than the page has shown stays.
    await put(anna, room, message="later")
    await post("sent")
    await stored(anna, room, "later")
