"""While the server is away pages say what they do not know, stay, and come back by themselves."""

import re

from playwright.async_api import Locator, expect

from tests.support.backoff import FIRST, shorten
from tests.support.factories import MakePerson, OpenTab, StartServer
from tests.support.guest import Guest
from tests.support.server import Server
from tests.support.waiting import eventually
from tests.support.wire import Wire

# What Chromium itself writes to the console while there is no server.
GONE = r"net::ERR_|WebSocket connection to|ERR_CONNECTION_REFUSED|Failed to fetch dynamically"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
# The dot on an avatar, which is green.
IS_GREEN = """link => {
    const dot = getComputedStyle(link.querySelector('.avatar'), '::after');
    return dot.content !== 'none' && dot.visibility === 'visible' && dot.display !== 'none';
}"""


async def expect_green(person: Locator, green: bool) -> None:
    """Wait until somebody is shown as being here, or no longer."""
    await expect(person).to_be_visible()

    async def is_as_expected() -> bool:
        return bool(await person.evaluate(IS_GREEN)) is green

    await eventually(is_as_expected, f"green: {green}")


async def test_the_list_says_that_it_is_old_and_nobody_stays_green(
    server: StartServer, tab: OpenTab, person: MakePerson
) -> None:
    node = await server()
    anna, boris = await person("anna", on=node), await person("boris", on=node)
    room_id, direct = await anna.create_room(boris), await anna.direct(boris)
    await boris.lobby()
    window = await tab(node, locale="en")
    window.allow(GONE)
    home = await Guest.of(window, anna)
    await home.page.goto("/rooms/")
    room = Guest(window, await window.context.new_page())
    await room.enter(room_id)
    link = home.page.locator(f'[data-room-id="{direct}"]')
    stale = home.page.locator(".stale")
    await expect_green(link, True)
    await expect_green(room.member(boris), True)
    await expect(stale).to_be_hidden()

    await node.kill()
    await expect(stale).to_be_visible()
    await expect(stale).to_have_text("No connection: this list may be out of date")
    await expect_green(link, False)
    await expect(link).to_have_accessible_name(re.compile(f"^{boris.username}$"))
    await expect_green(room.member(boris), False)
    for words in (room.member(boris).locator(".presence"), room.page.locator("#online-count")):
        await expect(words).to_be_hidden()

    await node.start()
    await boris.lobby()
    await expect(stale).to_be_hidden(timeout=40_000)
    await expect_green(link, True)
    await room.online()
    await expect_green(room.member(boris), True)


async def test_a_click_does_not_lead_to_the_browsers_error(
    server: StartServer, tab: OpenTab, person: MakePerson
) -> None:
    node = await server()
    anna = await person("anna", on=node)
    first, second = await anna.create_room(), await anna.create_room(name="Second")
    for options in ({}, PHONE):
        window = await tab(node, locale="en", **options)
        window.allow(GONE)
        guest = await Guest.of(window, anna)
        for path in ("/rooms/", f"/rooms/{first}/"):
            await guest.page.goto(path, wait_until="networkidle")
            here = guest.page.url
            link = guest.page.locator(f'#rooms [data-room-id="{second}"]')
            drawer = guest.page.locator("[data-drawer]")
            await node.kill()
            await expect(guest.page.locator("html[data-offline]")).to_be_attached()
            toast = guest.page.locator("#toast")
            await (link if await link.is_visible() else drawer).click()
            await expect(toast).to_have_text("No connection. Try again")
            # By the switcher too, which knows the rooms.
            await guest.page.keyboard.press("Control+k")
            assert guest.page.url == here
            await guest.page.keyboard.press("Escape")
            await node.start()
            # Also before the socket has found out that the server is back.
            if not await link.is_visible():
                await drawer.click()
            await link.click()
            await expect(guest.page).to_have_url(re.compile(f"/rooms/{second}/"))
            await guest.online()


async def test_a_form_stays_as_it_was_filled_in(
    server: StartServer, tab: OpenTab, person: MakePerson
) -> None:
    node = await server()
    anna = await person("anna", on=node)
    window = await tab(node, locale="en")
    window.allow(GONE)
    guest = await Guest.of(window, anna)
    page, toast = guest.page, guest.page.locator("#toast")
    await page.goto("/rooms/new", wait_until="networkidle")
    await page.fill("[name=name]", "Allotment")
    await node.kill()
    await expect(page.locator("html[data-offline]")).to_be_attached()
    await guest.submit()
    await expect(toast).to_have_text("The server is not reachable. Nothing was sent.")
    await expect(page).to_have_url(re.compile("/rooms/new$"))
    await expect(page.locator("[name=name]")).to_have_value("Allotment")
    await node.start()
    # Also before the socket has found out that the server is back.
    await guest.submit()
    await expect(page).to_have_url(re.compile(r"/rooms/\d+/$"))
    assert [each["name"] for each in await anna.rooms()] == ["Allotment"]


async def test_the_switcher_stays_too(
    server: StartServer, tab: OpenTab, person: MakePerson
) -> None:
    node = await server()
    anna = await person("anna", on=node)
    room_id = await anna.create_room(name="Kitchen")
    window = await tab(node, locale="en")
    window.allow(GONE)
    page = (await Guest.of(window, anna)).page
    await page.goto("/rooms/")
    await page.keyboard.press("Control+k")
    await expect(page.locator("#switcher .found")).to_have_count(1)
    await node.kill()
    await expect(page.locator("html[data-offline]")).to_be_attached()
    await page.keyboard.press("Enter")
    await expect(page.locator("#toast")).to_have_text("No connection. Try again")
    await node.start()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(f"/rooms/{room_id}/"))


async def test_after_the_third_restart_it_is_back_within_seconds(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    window = await tab(shared_server)
    await shorten(window.context)
    wire = await Wire.of(window.context)
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    for restart in range(4):
        await wire.cut()
        # Tried once in vain, as it is while a server restarts.
        await eventually(lambda n=restart: refused(wire, n), f"a try in restart {restart}")  # type: ignore[misc]
        wire.is_cut = False
        await guest.online()
    # A server that goes on restarting is asked less and less often, but still within seconds.
    assert await guest.page.evaluate("delays") == [FIRST * n for n in (1, 2, 2, 4, 4, 8, 8, 16)]


async def refused(wire: Wire, before: int) -> bool:
    return wire.refused > before
