"""What pages load besides themselves: each file once, all in one round, and none the next time."""

import pytest

from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server

# Of each static file: its address, and the bytes that came over the line, headers too; 0: none did.
LOADED = """() => performance.getEntriesByType("resource")
    .filter(entry => entry.name.includes("/static/"))
    .map(entry => [entry.name, entry.transferSize])"""
NAMED = """() => [...document.querySelectorAll("link[href], script[src]")]
    .map(element => element.href || element.src)"""


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
    assert set(files) <= set(named)
    # And no module is named in vain. (The icon is the browser's own affair.)
    assert {name for name in named if name.endswith((".js", ".css"))} <= set(files)


async def test_a_second_visit_asks_for_nothing(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    guest = await Guest.of(await tab(shared_server), anna)
    await guest.enter(room_id)
    first = await loaded(guest)
    assert all(first.values())
    await guest.page.goto("/rooms/")
    await guest.enter(room_id)
    assert await loaded(guest) == dict.fromkeys(first, 0)
    await guest.say("Out of the cache")
    await guest.sees("Out of the cache")
