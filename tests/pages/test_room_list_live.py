"""The rooms beside every page: live, in a drawer on a phone, and found by a few letters."""

import asyncio
import json
import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, Route, WebSocketRoute, expect

from tests.support.axe import barriers
from tests.support.browser import Tab
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.server import Server
from tests.support.waiting import eventually

PHONE = {"width": 390, "height": 844}


def entry(page: Page, room_id: int) -> Locator:
    """The room in the list."""
    return page.locator(f'#rooms [data-room-id="{room_id}"]')


def unread(page: Page, room_id: int) -> Locator:
    """How much is unread in it."""
    return entry(page, room_id).locator(".unread-count")


def first(page: Page) -> Locator:
    """The room at the top of the list."""
    return page.locator("#rooms .room-link").first


async def say(person: Person, room_id: int, *texts: str) -> None:
    """Write these."""
    for text in texts:
        await person.post(room_id, text)


async def has_read(person: Person) -> None:
    """Wait until everything in their only room has been read."""

    async def is_read() -> bool:
        (room,) = await person.rooms()
        return not room["unread_count"]

    await eventually(is_read, "the room to be read")


class News:
    """A lobby whose server says nothing of messages; the test does."""

    def __init__(self) -> None:
        self._sockets: list[WebSocketRoute] = []

    @classmethod
    async def of(cls, window: Tab) -> "News":
        news = cls()
        await window.context.route_web_socket(re.compile("/ws/$"), news._handle)
        return news

    def tell(self, kind: str, **frame: Any) -> None:
        """Send the page a frame."""
        self._sockets[-1].send(json.dumps({"type": kind, **frame}))

    def said(self, room_id: int, author: Person, *numbers: int) -> None:
        """Tell of messages of the room."""
        messages = [[number, author.id] for number in numbers]
        at = f"2030-01-01T00:00:{numbers[-1]:02}.000Z"
        self.tell("room_activity", room_id=room_id, last_message_at=at, messages=messages)

    async def _handle(self, socket: WebSocketRoute) -> None:
        self._sockets.append(socket)
        server = socket.connect_to_server()
        socket.on_message(server.send)
        server.on_message(lambda data: self._hear(socket, str(data)))

    def _hear(self, socket: WebSocketRoute, data: str) -> None:
        if json.loads(data)["type"] != "room_activity":
            socket.send(data)


# Everybody else asks again after a moment of their own.
AT_ONCE = "Math.random = () => 0"
NEWS = """async () => {
    const entry = document.querySelector('[src$="/js/entries/lobby.js"]').src;
    const { roomStore } = await import(entry.replace("entries/lobby.js", "lobby/store.js"));
    window.news = [];
    roomStore.addEventListener("message", ({ detail }) => news.push(detail.messageId));
}"""


async def test_what_two_processes_tell_is_counted_in_any_order(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    (stale,) = await boris.rooms()
    window = await tab(shared_server)
    news = await News.of(window)
    page = (await Guest.of(window, boris)).page
    async with page.expect_response("**/api/rooms"):
        await page.goto("/rooms/")
    await page.evaluate(NEWS)
    await say(anna, room_id, "1", "2", "3", "4")
    news.said(room_id, anna, 2, 4)
    await expect(unread(page, room_id)).to_have_text("2")
    news.said(room_id, anna, 1, 3)
    news.said(room_id, anna, 3)
    await expect(unread(page, room_id)).to_have_text("4")
    # Read before all of this was said.
    news.tell("room_changed", room=stale | {"name": "Renamed"})
    await expect(entry(page, room_id).locator("bdi")).to_have_text("Renamed")
    await expect(unread(page, room_id)).to_have_text("4")
    assert await page.evaluate("news") == [4, 3]
    # Of the fifth nobody tells.
    await say(anna, room_id, "5", "6")
    news.said(room_id, anna, 6)
    await expect(unread(page, room_id)).to_have_text("5")
    await expect(unread(page, room_id)).to_have_text("6")
    assert await page.evaluate("news") == [4, 3, 6]
    # What is told of the latest is as of a change, and what is told late, of an earlier one.
    last = entry(page, room_id).locator(".last-message")
    await expect(last).to_have_text(f"{anna.username}: 6")
    by = {"user_id": anna.id, "username": anna.username}
    fifth, sixth = ({**by, "message_id": n, "change": n, "message": str(n)} for n in (5, 6))
    told = {"room_id": room_id, "last_message_at": "2030-01-01T00:00:05.000Z", "messages": []}
    news.tell("room_activity", **told, removed=[6], last_message=fifth, change=8)
    await expect(last).to_have_text(f"{anna.username}: 5")
    news.tell("room_activity", **told, removed=[5], last_message=sixth)
    news.said(room_id, anna, 7)
    await expect(unread(page, room_id)).to_have_text("7")
    await expect(last).to_have_text(f"{anna.username}: 5")
    news.tell("room_activity", **told, last_message=None, change=9)
    await expect(last).to_have_text("")


async def test_only_the_last_answer_counts(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    window = await tab(shared_server)
    await window.context.add_init_script(AT_ONCE)
    news = await News.of(window)
    page = (await Guest.of(window, boris)).page
    async with page.expect_response("**/api/rooms"):
        await page.goto("/rooms/")
    is_stale, may_answer = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        answer = await route.fetch()
        is_stale.set()
        await may_answer.wait()
        await route.fulfill(response=answer)

    await page.route("**/api/rooms", hold, times=1)
    news.tell("refresh")
    await is_stale.wait()
    await say(anna, room_id, "meanwhile")
    news.tell("refresh")
    await expect(unread(page, room_id)).to_have_text("1")
    async with page.expect_response("**/api/rooms") as late:
        may_answer.set()
    await (await late.value).finished()
    news.said(room_id, anna, 2)
    await expect(unread(page, room_id)).to_have_text("2")


@pytest.mark.parametrize("path", ["/rooms/", "/profile", "/rooms/new"])
async def test_what_is_said_elsewhere_shows_on_every_page(
    path: str, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    kitchen, books = await anna.create_room(boris), await anna.create_room(boris)
    guest = await Guest.of(await tab(shared_server), boris)
    page = guest.page
    await page.goto(path)
    title = await page.title()
    await say(anna, kitchen, "one", "two")
    await expect(unread(page, kitchen)).to_have_text("2")
    await expect(first(page)).to_have_attribute("data-room-id", str(kitchen))
    await expect(page).to_have_title(f"(2) {title}")
    await expect(page.locator("link[rel=icon]")).to_have_attribute("href", re.compile("news"))
    await say(anna, books, "three")
    await expect(first(page)).to_have_attribute("data-room-id", str(books))
    await expect(page).to_have_title(f"(3) {title}")
    for room_id in (kitchen, books):
        assert (await boris.http.post(f"/rooms/{room_id}/read")).status_code == 303
    await expect(unread(page, kitchen)).to_be_hidden()
    await expect(page).to_have_title(title)
    await expect(page.locator("link[rel=icon]")).not_to_have_attribute("href", re.compile("news"))


async def test_rooms_come_and_go_by_themselves(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    guest = await Guest.of(await tab(shared_server), boris)
    page = guest.page
    await page.goto("/rooms/")
    await expect(page.locator("#no-rooms")).to_be_visible()
    room_id = await anna.create_room(boris, name="Kitchen")
    await expect(entry(page, room_id).locator("bdi")).to_have_text("Kitchen")
    await expect(page.locator("#no-rooms")).to_be_hidden()
    answer = await anna.http.patch(f"/api/rooms/{room_id}", json={"name": "Garden"})
    assert answer.status_code == 200, answer.text
    await expect(entry(page, room_id).locator("bdi")).to_have_text("Garden")
    await anna.remove_member(room_id, boris.id)
    await expect(entry(page, room_id)).to_have_count(0)
    await expect(page.locator("#no-rooms")).to_be_visible()


async def test_muted_rooms_are_counted_for_themselves_alone(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    guest = await Guest.of(await tab(shared_server), boris)
    await guest.page.goto("/rooms/")
    title = await guest.page.title()
    answer = await boris.http.put(f"/api/rooms/{room_id}/mute", json={"is_muted": True})
    assert answer.is_success, answer.text
    await expect(entry(guest.page, room_id)).to_have_attribute("data-muted", "")
    await say(anna, room_id, "psst")
    await expect(unread(guest.page, room_id)).to_have_text("1")
    await expect(guest.page).to_have_title(title)


async def test_partner_is_shown_to_come_and_go(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.direct(boris)
    guest = await Guest.of(await tab(shared_server), anna)
    await guest.page.goto("/profile")
    await expect(entry(guest.page, room_id)).to_have_attribute("data-online", "false")
    chat = await boris.lobby()
    await expect(entry(guest.page, room_id)).to_have_attribute("data-online", "true")
    await chat.close()
    await expect(entry(guest.page, room_id)).to_have_attribute("data-online", "false")


async def test_list_is_right_again_after_the_connection_was_lost(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    window = await tab(shared_server)
    window.allow("ERR_INTERNET_DISCONNECTED")
    guest = await Guest.of(window, boris)
    await guest.page.goto("/rooms/")
    await say(anna, room_id, "before")
    await expect(unread(guest.page, room_id)).to_have_text("1")
    await window.context.set_offline(True)
    await say(anna, room_id, "meanwhile")
    await window.context.set_offline(False)
    await expect(unread(guest.page, room_id)).to_have_text("2")


async def test_open_room_is_counted_while_nobody_looks(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris, name="Kitchen")
    window = await tab(shared_server)
    guest = await Guest.of(window, boris)
    await guest.enter(room_id)
    await say(anna, room_id, "seen")
    await guest.sees("seen")
    await has_read(boris)
    # Playwright's pages all believe that they are being looked at.
    await guest.page.evaluate("document.hasFocus = () => false")
    await guest.page.evaluate("window.dispatchEvent(new Event('blur'))")
    await say(anna, room_id, "not seen")
    await expect(guest.page).to_have_title(re.compile(r"^\(1\) Kitchen"))
    await guest.page.evaluate("document.hasFocus = () => true")
    await guest.page.evaluate("window.dispatchEvent(new Event('focus'))")
    await expect(guest.page).to_have_title(re.compile("^Kitchen"))


async def test_room_marked_as_unread_is_counted_while_it_is_open(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await say(anna, room_id, "for later")
    guest = await Guest.of(await tab(shared_server), boris)
    await guest.enter(room_id)
    await has_read(boris)
    url = f"/api/rooms/{room_id}/unread"
    assert (await boris.http.post(url, json={"message_id": 1})).is_success
    await expect(unread(guest.page, room_id)).to_have_text("1")


async def test_drawer_on_a_phone(tab: OpenTab, person: MakePerson, shared_server: Server) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id, other = await anna.create_room(boris), await anna.create_room(boris, name="Garden")
    window = await tab(shared_server, viewport=PHONE, has_touch=True)
    guest = await Guest.of(window, boris)
    await guest.enter(room_id)
    page, button = guest.page, guest.page.locator("[data-drawer]")
    await expect(entry(page, room_id)).to_be_hidden()
    await say(anna, other, "over here")
    await expect(button.locator(".unread")).to_have_text("1")
    await button.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await expect(entry(page, room_id)).to_be_focused()
    assert await barriers(page) == []
    await page.keyboard.press("Escape")
    await expect(entry(page, room_id)).to_be_hidden()
    await expect(button).to_be_focused()
    await button.tap()
    await entry(page, other).tap()
    await expect(page.locator("h1")).to_have_text("Garden")
    await guest.online()


async def test_drawer_is_a_page_without_javascript(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    window = await tab(shared_server, viewport=PHONE, java_script_enabled=False)
    guest = await Guest.of(window, anna)
    await guest.page.goto(f"/rooms/{room_id}/")
    await guest.page.locator("[data-drawer]").click()
    await expect(guest.page).to_have_url(re.compile("/rooms/$"))
    await expect(entry(guest.page, room_id)).to_be_visible()


async def test_few_letters_lead_to_a_room_or_a_person(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    for name in ("Kitchen", "Garden"):
        await anna.create_room(name=name)
    guest = await Guest.of(await tab(shared_server), anna)
    page = guest.page
    await page.goto("/rooms/")
    dialog, rows = page.locator("#switcher"), page.locator("#switcher .found")
    found = rows.locator(".found-name")
    await page.keyboard.press("Control+k")
    await expect(found).to_have_text(["Garden", "Kitchen"])
    assert await barriers(page) == []
    await page.keyboard.press("ArrowDown")
    await expect(rows.nth(1)).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()

    await page.keyboard.press("Control+k")
    await page.keyboard.type("kit")
    await expect(found).to_have_text(["Kitchen"])
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("Kitchen")
    await guest.online()

    await page.keyboard.press("Control+k")
    await page.keyboard.type(boris.username)
    await expect(found).to_have_text([boris.username])
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text(boris.username)
    direct = [room for room in await anna.rooms() if room["kind"] == "direct"]
    assert [room["partner"]["id"] for room in direct] == [boris.id]

    await page.keyboard.press("Control+k")
    await page.keyboard.type("no such thing")
    await expect(page.locator("#switcher-note")).not_to_be_empty()
    await expect(found).to_have_count(0)
