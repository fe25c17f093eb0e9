"""What can be measured of the looks: every page fits every screen, by day and by night."""

import pytest
from playwright.async_api import Page, expect

from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server

SCREENS = [(320, 640), (390, 844), (1280, 800)]
LONG = "Дом-в-котором-" * 20


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), SCREENS)
async def test_pages_fit_the_screen(
    width: int,
    height: int,
    scheme: str,
    tab: OpenTab,
    person: MakePerson,
    shared_server: Server,
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris, name="W" * 80)
    for number in range(30):
        await (anna, boris)[number % 2].post(room_id, f"{number}: {LONG if number % 5 else 'да'}")
    # With anything unread the page would open at the first of it, not at the newest.
    await anna.http.post(f"/rooms/{room_id}/read")
    size = {"width": width, "height": height}
    window = await tab(shared_server, viewport=size, color_scheme=scheme)
    for path in ("/login", "/register"):
        await window.page.goto(path)
        await fits(window.page)
    guest = await Guest.of(window, anna)
    for path in ("/profile", "/rooms/", "/rooms/new", f"/rooms/{room_id}/"):
        await guest.page.goto(path)
        await fits(guest.page)
        assert await is_dark(guest.page) == (scheme == "dark")
    # The newest message is in view, and the composer can be reached.
    await guest.online()
    await expect(guest.messages.last).to_be_in_viewport()
    await expect(guest.composer).to_be_in_viewport(ratio=1)
    await guest.say("Still in view?")
    await expect(guest.message("Still in view?")).to_be_in_viewport()


async def fits(page: Page) -> None:
    """AssertionError when the page can be scrolled sideways, naming what sticks out."""
    wide = await page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return [];
            return [...document.querySelectorAll('body *')]
                .filter(element => element.getBoundingClientRect().right > width + 1)
                .map(element => element.outerHTML.slice(0, 80));
        }"""
    )
    assert wide == [], page.url


async def is_dark(page: Page) -> bool:
    """Return whether the page's background is darker than a middle grey."""
    color: list[int] = await page.evaluate(
        """() => {
            const pixel = new OffscreenCanvas(1, 1).getContext('2d');
            pixel.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
            pixel.fillRect(0, 0, 1, 1);
            return [...pixel.getImageData(0, 0, 1, 1).data];
        }"""
    )
    assert color[3] == 255, "the page has no background of its own"
    return sum(color[:3]) < 3 * 128


async def test_phone_has_the_members_behind_a_button(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    window = await tab(shared_server, viewport={"width": 390, "height": 844}, has_touch=True)
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    await expect(guest.member(boris)).to_be_hidden()
    await guest.page.locator("button.people-toggle").tap()
    await expect(guest.member(boris)).to_be_visible()
    await fits(guest.page)
    await guest.page.locator("button.people-close").tap()
    await expect(guest.member(boris)).to_be_hidden()


async def test_buttons_are_large_enough_for_a_thumb(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    window = await tab(shared_server, viewport={"width": 390, "height": 844}, has_touch=True)
    guest = await Guest.of(window, anna)
    for path in ("/rooms/", "/rooms/new", f"/rooms/{room_id}/", "/profile"):
        await guest.page.goto(path)
        small = await guest.page.evaluate(
            """() => [...document.querySelectorAll('button, input:not([type=hidden]), textarea')]
                .filter(element => element.checkVisibility())
                .map(element => element.type === "radio" ? element.closest("label") : element)
                .filter(element => element.getBoundingClientRect().height < 44)
                .map(element => element.outerHTML.slice(0, 80))"""
        )
        assert small == [], path
