"""What was written is sent, once, whatever happens to the page, the browser or the server first."""

import re
from functools import partial
from pathlib import Path

import pytest
from playwright.async_api import Page, Playwright, expect

from tests.support.backoff import FIRST, shorten
from tests.support.browser import FLAGS, Tab, executable
from tests.support.factories import MakePerson, OpenTab, StartServer
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.server import Server
from tests.support.waiting import eventually
from tests.support.wire import Wire

# What Chromium itself writes to the console while there is no network or no server.
GONE = r"net::ERR_|WebSocket connection to|ERR_CONNECTION_REFUSED"
WITHOUT_DATABASE = {
    "forbidden": "Object.defineProperty(window, 'indexedDB', {get() { throw new Error('no'); }})",
    "missing": "Object.defineProperty(window, 'indexedDB', {value: undefined})",
    "silent": "indexedDB.open = () => ({})",
    "full": "IDBObjectStore.prototype.add = () => { throw new Error('QuotaExceededError'); }",
}


def refusal(frame: dict[str, str]) -> dict[str, str]:
    """What the server says to a message that it will never store."""
    answer = {"type": "error", "code": "bad_text", "message": "?"}
    return {**answer, "client_id": frame["client_id"]}


async def offline(guest: Guest) -> None:
    await expect(guest.connection).not_to_have_attribute("data-state", "online")


async def is_pending(guest: Guest, *texts: str) -> None:
    for text in texts:
        await expect(guest.message(text)).to_have_attribute("data-state", "pending")


async def kept(page: Page) -> list[str]:
    """The texts in the browser's database."""
    found: list[str] = await page.evaluate(
        """() => new Promise((resolve, reject) => {
            const opened = indexedDB.open('beseda');
            opened.onerror = reject;
            opened.onsuccess = () => {
                const all = opened.result.transaction('drafts').objectStore('drafts').getAll();
                all.onsuccess = () => {
                    opened.result.close();
                    resolve(all.result.map(draft => draft.text));
                };
            };
        })"""
    )
    return found


async def stored(person: Person, room_id: int) -> list[str]:
    return [frame["message"] for frame in await person.messages(room_id)]


async def test_written_offline_and_the_tab_closed(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    window = await tab(shared_server)
    window.allow(GONE)
    wire = await Wire.of(window.context)
    first = await Guest.of(window, anna)
    await first.enter(room_id)
    await wire.cut()
    await window.context.set_offline(True)
    await offline(first)
    texts = [f"offline {number}" for number in range(1, 4)]
    for text in texts:
        await first.say(text)
    await is_pending(first, *texts)
    await eventually(lambda: has_kept(first.page, texts[-1]), "the last draft")
    await first.page.close()

    await window.context.set_offline(False)
    second = Guest(window, await window.context.new_page())
    for _ in range(2):
        await second.page.goto(f"/rooms/{room_id}/")
        await is_pending(second, *texts)
        assert await second.texts() == texts
    wire.is_cut = False
    await second.online()
    for text in texts:
        await second.sees(text)
    assert await second.texts() == await stored(anna, room_id) == texts
    await eventually(lambda: is_empty(second.page), "the database to forget what is stored")
    await second.page.reload()
    await second.online()
    assert await second.texts() == texts


async def is_empty(page: Page) -> bool:
    return await kept(page) == []


@pytest.mark.parametrize("event", ["online", "visibilitychange"])
async def test_comes_back_at_once(
    event: str, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    window = await tab(shared_server)
    await shorten(window.context, never=16 * FIRST)
    wire = await Wire.of(window.context)
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    await wire.cut()
    await eventually(lambda: waits(guest.page), "the fifth delay")
    await guest.say("are you there?")
    wire.is_cut = False
    script = "name => (name === 'online' ? window : document).dispatchEvent(new Event(name))"
    await guest.page.evaluate(script, event)
    await guest.online()
    await guest.sees("are you there?")


async def waits(page: Page) -> bool:
    """For the fifth time, and longer than any test."""
    return bool(await page.evaluate("delay => delays.includes(delay)", 16 * FIRST))


async def test_browser_is_closed_and_opened_again(
    playwright: Playwright, folder: Path, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()

    async def window() -> tuple[Tab, Wire]:
        context = await playwright.chromium.launch_persistent_context(
            folder / "profile",
            executable_path=executable(),
            args=list(FLAGS),
            base_url=shared_server.url,
        )
        return Tab(context, await context.new_page()), await Wire.of(context)

    opened, wire = await window()
    wire.is_cut = True
    guest = await Guest.of(opened, anna)
    await guest.page.goto(f"/rooms/{room_id}/")
    await guest.say("see you tomorrow")
    await eventually(lambda: has_kept(guest.page, "see you tomorrow"), "the draft in the database")
    await opened.context.close()

    opened, wire = await window()
    guest = await Guest.of(opened, anna)
    await guest.enter(room_id)
    await guest.sees("see you tomorrow")
    assert await stored(anna, room_id) == ["see you tomorrow"]
    await opened.context.close()


async def has_kept(page: Page, text: str) -> bool:
    return text in await kept(page)


async def test_same_room_in_two_tabs(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    window = await tab(shared_server)
    wire = await Wire.of(window.context)
    first = await Guest.of(window, anna)
    second = Guest(window, await window.context.new_page())
    for guest in (first, second):
        await guest.enter(room_id)
    await first.say("both online")
    for guest in (first, second):
        await guest.sees("both online")

    await wire.cut()
    texts = ["first 1", "second 1", "first 2"]
    for guest, text in zip((first, second, first), texts, strict=True):
        await offline(guest)
        await guest.say(text)
        await eventually(lambda text=text: has_kept(first.page, text), text)  # type: ignore[misc]
    await first.page.reload()
    await is_pending(first, *texts)
    wire.is_cut = False
    everything = ["both online", *texts]
    for guest in (first, second):
        await guest.online()
        for text in everything:
            await guest.sees(text)
        assert await guest.texts() == everything
    assert await stored(anna, room_id) == everything


@pytest.mark.parametrize("choice", ["retry", "discard"])
async def test_refused_message_is_sent_again_or_deleted(
    choice: str, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    window = await tab(shared_server)
    wire = await Wire.of(window.context)
    ids: set[str] = set()

    def refuse(frame: dict[str, str]) -> dict[str, str] | None:
        if frame["message"] != "unlucky":
            return None
        ids.add(frame["client_id"])
        return refusal(frame)

    wire.refuse = refuse
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    for text in ("unlucky", "lucky"):
        await guest.say(text)
    await guest.sees("lucky")
    for _ in range(2):
        await expect(guest.message("unlucky")).to_have_attribute("data-state", "failed")
        await expect(guest.message("unlucky").locator(".failure-text")).not_to_be_empty()
        assert await guest.texts() == ["lucky", "unlucky"]
        await guest.page.reload()
        await guest.online()
    assert wire.sent.count("unlucky") == 1
    wire.refuse = lambda frame: ids.add(frame["client_id"])
    await guest.message("unlucky").locator(f'[data-action="{choice}"]').click()
    if choice == "retry":
        await guest.sees("unlucky")
        assert await stored(anna, room_id) == ["lucky", "unlucky"]
        assert wire.sent.count("unlucky") == 2
        assert len(ids) == 1
    await eventually(lambda: is_empty(guest.page), "an empty database")
    await guest.page.reload()
    await guest.online()
    assert len(await guest.texts()) == (2 if choice == "retry" else 1)


async def test_deleted_in_one_tab_is_not_sent_by_the_other(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    window = await tab(shared_server)
    first = await Guest.of(window, anna)
    second = Guest(window, await window.context.new_page())
    wires = [await Wire.of(guest.page) for guest in (first, second)]
    for wire, guest in zip(wires, (first, second), strict=True):
        wire.is_cut = True
        await guest.page.goto(f"/rooms/{room_id}/")
    await first.say("on second thoughts")
    await eventually(lambda: has_kept(first.page, "on second thoughts"), "the draft")
    await second.page.reload()
    await is_pending(second, "on second thoughts")

    wires[0].refuse = refusal
    wires[0].is_cut = False
    button = first.message("on second thoughts").locator('[data-action="discard"]')
    await button.click(timeout=30_000)
    await expect(first.messages).to_have_count(0)
    wires[1].is_cut = False
    await second.online()
    await expect(second.messages).to_have_count(0)
    assert wires[1].sent == []
    assert await stored(anna, room_id) == []


async def test_logging_out_forgets(tab: OpenTab, person: MakePerson, shared_server: Server) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    window = await tab(shared_server)
    wire = await Wire.of(window.context)
    wire.is_cut = True
    guest = await Guest.of(window, anna)
    other = Guest(window, await window.context.new_page())
    await other.page.goto(f"/rooms/{room_id}/")
    await other.composer.fill("half a thou")
    await guest.page.goto(f"/rooms/{room_id}/")
    await guest.say("only for those who know me")
    await eventually(lambda: has_kept(guest.page, "only for those who know me"), "the draft")
    # The other tab asks why its sockets are refused.
    window.allow("401|HTTP Authentication failed")
    # From a page that has no outbox.
    await guest.page.goto("/rooms/new")
    await guest.page.locator("[data-logout] button").click()
    await expect(guest.page).to_have_url(re.compile("/login"))
    assert await kept(guest.page) == []
    # While it is still on its way there, its page cannot be asked anything.
    await expect(other.page).to_have_url(re.compile("/login"), timeout=30_000)
    assert await other.page.evaluate("() => sessionStorage.length") == 0

    await guest.login(anna.username)
    wire.is_cut = False
    await guest.enter(room_id)
    await expect(guest.messages).to_have_count(0)
    assert await stored(boris, room_id) == []


async def test_logging_out_without_a_network_loses_nothing(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    window = await tab(shared_server)
    window.allow(GONE)
    wire = await Wire.of(window.context)
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    await wire.cut()
    await window.context.set_offline(True)
    await guest.say("still mine")
    await eventually(lambda: has_kept(guest.page, "still mine"), "the draft")
    await guest.page.locator("[data-logout] button").click()
    await expect(guest.page).to_have_url("chrome-error://chromewebdata/")
    await window.context.set_offline(False)
    wire.is_cut = False
    await guest.enter(room_id)
    await guest.sees("still mine")


async def shows(guest: Guest, texts: list[str]) -> bool:
    """Whether these messages, and no others, are on the page."""
    return await guest.texts() == texts


async def test_next_user_of_the_browser(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    """Anna's page is still open in a tab, with something to send, when Boris takes her place."""
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    window = await tab(shared_server)
    wire = await Wire.of(window.context)
    wire.is_cut = True
    annas = await Guest.of(window, anna)
    await annas.page.goto(f"/rooms/{room_id}/")
    await annas.say("Anna's own")
    await eventually(lambda: has_kept(annas.page, "Anna's own"), "the draft")

    await Guest.of(window, boris)
    boriss = Guest(window, await window.context.new_page())
    await boriss.page.goto(f"/rooms/{room_id}/")
    wire.is_cut = False
    await boriss.online()
    await boriss.say("Boris's own")
    for guest in (boriss, annas):
        await guest.sees("Boris's own")
        await guest.online()
        await expect(guest.page.locator(".account-name")).to_have_text(boris.username)
        await eventually(partial(shows, guest, ["Boris's own"]), "his message alone")
    # Both tabs are his now, and may both have sent it: under one client_id, it is stored once.
    assert set(wire.sent) == {"Boris's own"}
    assert await stored(boris, room_id) == ["Boris's own"]

    # Her login had only ended, she had not logged out: it waits for her.
    await Guest.of(window, anna)
    await annas.enter(room_id)
    await annas.sees("Anna's own")
    assert await stored(anna, room_id) == ["Boris's own", "Anna's own"]


@pytest.mark.parametrize("missed", [0, 5, 70])
async def test_server_dies_between_storing_and_answering(
    missed: int, server: StartServer, tab: OpenTab, person: MakePerson
) -> None:
    """With 5 missed the page's own HTML holds all of it; with 70 what is new has no room in it."""
    node = await server()
    anna, boris = await person("anna", on=node), await person("boris", on=node)
    room_id = await anna.create_room(boris)
    window = await tab(node)
    window.allow(GONE)
    wire = await Wire.of(window.context)
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    wire.is_mute = True
    await guest.say("did it arrive?")
    await eventually(lambda: boris.messages(room_id), "the message to be stored")
    await is_pending(guest, "did it arrive?")
    await node.kill()
    await offline(guest)
    await guest.say("and this?")
    if missed:
        await guest.page.goto("about:blank")
    await node.start()
    wire.is_mute = False
    for number in range(missed):
        await boris.post(room_id, f"meanwhile {number}")
    if missed:
        await guest.page.goto(f"/rooms/{room_id}/")
    await guest.online()
    if missed > 50:
        await guest.page.locator("#to-newest").click()
    await guest.sees("and this?")
    texts = ["did it arrive?", *(f"meanwhile {number}" for number in range(missed)), "and this?"]
    while len(await guest.ids()) < len(texts):
        top = guest.messages.first
        before = await top.get_attribute("data-message-id")
        await top.scroll_into_view_if_needed()
        await expect(top).not_to_have_attribute("data-message-id", before or "")
    assert await guest.texts() == texts
    everything = await boris.messages(room_id, limit=100)
    assert [frame["message"] for frame in everything] == texts
    assert await guest.ids() == [frame["message_id"] for frame in everything]


@pytest.mark.parametrize("fault", WITHOUT_DATABASE)
async def test_without_a_database_the_page_remembers(
    fault: str, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    window = await tab(shared_server)
    await window.context.add_init_script(WITHOUT_DATABASE[fault])
    wire = await Wire.of(window.context)
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    await guest.say("one")
    await guest.sees("one")
    await wire.cut()
    await offline(guest)
    for text in ("two", "three"):
        await guest.say(text)
    await is_pending(guest, "two", "three")
    wire.is_cut = False
    await guest.online()
    await guest.sees("three")
    assert await guest.texts() == await stored(anna, room_id) == ["one", "two", "three"]
    await guest.page.locator("[data-logout] button").click()
    await expect(guest.page).to_have_url(re.compile("/login"))
