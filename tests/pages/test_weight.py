"""How much an open room loads before anything is asked for: all that its browser has fetched."""

import httpx
from playwright.async_api import expect

from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server
from tests.support.waiting import eventually

LIMITS = {"js": 70 * 1024, "css": 34 * 1024}
LOADED = (
    """() => performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname)"""
)
# For paper and forced colours: no screen waits for them.
PRINTED = ("contrast.css", "print.css")
# The last of what a room loads by itself: test_loading.py holds that there is nothing else.
LAST = ("extras.js", "connection_banner.js", "/api/rooms")


async def test_a_room_is_light(person: MakePerson, tab: OpenTab, shared_server: Server) -> None:
    """In bytes without compression: all that was fetched while nobody has done anything yet. What
    an action, somebody else or the passing of time needs is loaded then.
    """
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await boris.post(room_id, "Who has the **key**?")
    await anna.post(room_id, "You have it: https://example.org/keys")
    chat = await anna.connect(room_id)
    await chat.settled()  # What Boris has said is read.
    await chat.close()
    guest = await Guest.of(await tab(shared_server), anna)
    # Where a login leads: the browser tells its time zone once.
    await guest.page.goto("/rooms/", wait_until="networkidle")
    await guest.enter(room_id)
    await expect(guest.page.locator("html")).not_to_have_attribute("data-offline", "")

    async def has_all() -> bool:
        names = await loaded(guest)
        return all(any(name.endswith(last) for name in names) for last in LAST)

    await eventually(has_all, "what the room loads by itself")
    await guest.page.wait_for_load_state("networkidle")
    weights = dict.fromkeys(LIMITS, 0)
    for path in await loaded(guest):
        kind = path.rpartition(".")[2]
        if kind in LIMITS and not path.endswith(PRINTED):
            weights[kind] += await weight(anna.http, path)
    assert all(0 < weights[kind] <= limit for kind, limit in LIMITS.items()), weights


async def loaded(guest: Guest) -> list[str]:
    """Return the paths of all that the page has asked for."""
    found: list[str] = await guest.page.evaluate(LOADED)
    return found


async def weight(web: httpx.AsyncClient, path: str) -> int:
    answer = await web.get(path, headers={"Accept-Encoding": "identity"})
    assert answer.status_code == httpx.codes.OK, path
    assert "Content-Encoding" not in answer.headers
    return len(answer.content)
