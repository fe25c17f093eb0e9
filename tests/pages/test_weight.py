"""How much an open room loads before anything is asked for: all that its browser has fetched."""

import httpx
from playwright.async_api import expect

from tests.pages.test_message_details import delete, pin, react, reply
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.server import Server
from tests.support.waiting import eventually

LIMITS = {"js": 70 * 1024, "css": 34 * 1024}
LOADED = (
    """() => performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname)"""
)
# Of the scripts, in bytes: as they come, and unpacked.
SIZES = """() => {
  const loaded = performance.getEntriesByType("resource");
  const scripts = loaded.filter(({ name }) => name.endsWith(".js"));
  const sum = (key) => scripts.reduce((before, each) => before + each[key], 0);
  return [sum("encodedBodySize"), sum("decodedBodySize")];
}"""
RICH_MOVED, RICH = 31 * 1024, 77 * 1024
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
    await enter(guest, room_id)
    weights = dict.fromkeys(LIMITS, 0)
    for path in await loaded(guest):
        kind = path.rpartition(".")[2]
        if kind in LIMITS and not path.endswith(PRINTED):
            weights[kind] += await weight(anna.http, path)
    assert all(0 < weights[kind] <= limit for kind, limit in LIMITS.items()), weights


async def test_a_room_where_everything_has_happened_is_light(
    person: MakePerson, tab: OpenTab, shared_server: Server
) -> None:
    """As it comes over the wire, and as it is without compression: with all that messages and
    rooms have, the page of which is drawn already.
    """
    anna, boris, vera = [await person(name) for name in ("anna", "boris", "vera")]
    room_id = await eventful(anna, boris, vera)
    guest = await Guest.of(await tab(shared_server), anna)
    await enter(guest, room_id)
    for kind in ("deleted-run", "event", "message.deleted", "message:has(.quote)"):
        await expect(guest.page.locator(f"#messages > .{kind}")).not_to_have_count(0)
    await expect(guest.page.locator("#pins, .reaction, .mentions-me")).to_have_count(3)
    moved, decoded = await guest.page.evaluate(SIZES)
    assert 0 < moved <= RICH_MOVED, (moved, decoded)
    assert 0 < decoded <= RICH, (moved, decoded)


async def eventful(anna: Person, boris: Person, vera: Person) -> int:
    """A room with a reply, a mention, a reaction, a pin, what was deleted, and events;
    and another one with something new.
    """
    room_id = await anna.create_room(boris)
    for text in ("one", "**two**", f"@{anna.username} three", *"45678"):
        await boris.post(room_id, text)
    await reply(boris, room_id, 1, "nine")
    await react(boris, room_id, 1, "👍")
    await pin(boris, room_id, 2)
    for number in range(4, 9):
        await delete(boris, room_id, number)
    await anna.add_member(room_id, vera)
    await anna.rename_room(room_id, "Pantry")
    await anna.post(room_id, "ten")
    chat = await anna.connect(room_id)
    await chat.settled()
    await chat.close()
    await boris.post(await boris.create_room(anna, vera), f"@{anna.username} elsewhere")
    return room_id


async def enter(guest: Guest, room_id: int) -> None:
    """Open the room from where a login leads, until it has loaded what it loads by itself."""
    # The browser tells its time zone once.
    await guest.page.goto("/rooms/", wait_until="networkidle")
    await guest.enter(room_id)
    await expect(guest.page.locator("html")).not_to_have_attribute("data-offline", "")

    async def has_all() -> bool:
        names = await loaded(guest)
        return all(any(name.endswith(last) for name in names) for last in LAST)

    await eventually(has_all, "what the room loads by itself")
    await guest.page.wait_for_load_state("networkidle")


async def loaded(guest: Guest) -> list[str]:
    """Return the paths of all that the page has asked for."""
    found: list[str] = await guest.page.evaluate(LOADED)
    return found


async def weight(web: httpx.AsyncClient, path: str) -> int:
    answer = await web.get(path, headers={"Accept-Encoding": "identity"})
    assert answer.status_code == httpx.codes.OK, path
    assert "Content-Encoding" not in answer.headers
    return len(answer.content)
