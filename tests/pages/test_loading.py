"""What pages load besides themselves: each file once, all in one round, and none the next time."""

import pytest
from playwright.async_api import expect

from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server
from tests.support.waiting import eventually

# Of each static file: its address, and the bytes that came over the line, headers too; 0: none did.
LOADED = """() => performance.getEntriesByType("resource")
    .filter(entry => entry.name.includes("/static/"))
    .map(entry => [entry.name, entry.transferSize])"""
NAMED = """() => [...document.querySelectorAll("link[href], script[src], use")]
    .map(({ href, src }) => new URL(href?.baseVal ?? (href || src), location).href)"""

# Some of what a room loads with the first sign that somebody is there.
AT_FIRST_SIGN = {
    *("drafts.js", "draft_session.js", "other_draft.js", "message_actions.js"),
    # The details of messages, with all that they import.
    *("message_details.js", "deleted_runs.js", "file_parts.js", "mentions.js", "message_parts.js"),
    *("plain_text.js", "quotes.js", "reactions.js", "reply_run_watch.js", "reply_runs.js"),
    *("style_sheet.js", "message_files.js", "pending_uploads.js", "upload.js", "file_tools.js"),
    *("previews.js", "copy_selection.js", "people_popup.js", "popup.js"),
}
# What a page loads once it stands, and a room once it is ready, without being asked for anything.
ALWAYS = {"extras.js", "drawer.js", "form_guard.js"}
# The browser's time zone is told once. Rooms are told apart by what is new in them.
LATER = {*ALWAYS, "browser_time_zone.js", "preferences.js", "send.js"}
LATER_IN_ROOM = {*LATER, "connection_banner.js"}


async def enter(guest: Guest, room_id: int) -> None:
    """Enter a room, move the pointer in it, and wait until all is loaded."""
    await guest.enter(room_id)
    await guest.move_pointer()
    await expect(guest.page.locator("#completeness")).not_to_be_empty()
    await expect(guest.page.locator("#bell")).to_be_visible()
    await expect(guest.page.locator("[data-drawer]")).to_have_attribute("role", "button")

    async def is_loaded() -> bool:
        names = {each.rpartition("/")[2] for each in await loaded(guest)}
        return names >= ALWAYS | AT_FIRST_SIGN

    await eventually(is_loaded, "what nobody sees")


async def loaded(guest: Guest) -> dict[str, int]:
    """Return the static files that the page has loaded, and their bytes; AssertionError when one
    was loaded twice.
    """
    entries: list[tuple[str, int]] = await guest.page.evaluate(LOADED)
    assert len(entries) == len(dict(entries)), "the same twice"
    return dict(entries)


@pytest.mark.parametrize("page", ["/login", "/register", "/rooms/", "/rooms/new", "a room"])
async def test_all_in_one_round(
    page: str, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    """The browser finds at once what the page itself names, and an import only when the module
    that has it is there.
    """
    window = await tab(shared_server)
    guest = Guest(window)
    if page not in {"/login", "/register"}:
        anna = await person("anna")
        guest = await Guest.of(window, anna)
        page = page if page != "a room" else f"/rooms/{await anna.create_room()}/"
    await guest.page.goto(page, wait_until="networkidle")
    files = await loaded(guest)
    assert all(files.values()), "the cache was empty"
    named = await guest.page.evaluate(NAMED)
    later = {name.rpartition("/")[2] for name in set(files) - set(named)}
    is_room = await guest.page.locator("#completeness").count() > 0
    assert later <= (LATER_IN_ROOM if is_room else LATER)
    # And no module is named in vain. (The icon is the browser's own affair.)
    assert {name for name in named if name.endswith((".js", ".css"))} <= set(files)


async def test_a_second_visit_asks_for_nothing(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    guest = await Guest.of(await tab(shared_server), anna)
    await enter(guest, room_id)
    first = await loaded(guest)
    assert all(first.values())
    await guest.page.goto("/rooms/")
    await enter(guest, room_id)
    second = await loaded(guest)
    assert not any(second.values())
    # When the icon is listed is the browser's own affair; its time zone is told once.
    once = (".svg", "browser_time_zone.js")
    assert {each for each in first.keys() ^ second.keys() if not each.endswith(once)} == set()
    await guest.say("Out of the cache")
    await guest.sees("Out of the cache")
