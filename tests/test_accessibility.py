"""Pages without barriers: axe finds nothing, by day and by night, on a desk and on a phone."""

import pytest
from playwright.async_api import expect

from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server

SCHEMES = ["light", "dark"]


async def test_axe_would_find_something(tab: OpenTab, shared_server: Server) -> None:
    window = await tab(shared_server)
    await window.page.goto("/login")
    assert await barriers(window.page) == []
    await window.page.evaluate("document.querySelector('label[for=password]').remove()")
    assert any(barrier.startswith("label:") for barrier in await barriers(window.page))


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_axe_finds_nothing_before_the_login(
    scheme: str, tab: OpenTab, shared_server: Server
) -> None:
    window = await tab(shared_server, color_scheme=scheme)
    guest = Guest(window)
    window.allow("401|404")
    for path in ("/login", "/register", "/no/such/page"):
        await guest.page.goto(path)
        assert await barriers(guest.page) == [], path
    await guest.page.goto("/login")
    await guest.login("somebody.else")
    await expect(guest.page.locator(".form-error")).to_be_visible()
    assert await barriers(guest.page) == []


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_axe_finds_nothing_in_the_rooms(
    scheme: str, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    guest = await Guest.of(await tab(shared_server, color_scheme=scheme), anna)
    await guest.page.goto("/rooms/")
    assert await barriers(guest.page) == [], "without rooms"
    room_id = await anna.create_room(boris)
    await anna.create_room(name="Another one")
    for number in range(12):
        await (anna, boris)[number // 3 % 2].post(room_id, f"{number}: https://example.org/")
    for path in ("/rooms/", "/rooms/new", "/profile"):
        await guest.page.goto(path)
        assert await barriers(guest.page) == [], path
    await guest.enter(room_id)
    await guest.say("mine")
    await guest.sees("mine")
    assert await barriers(guest.page) == [], "an open room"
    await guest.page.keyboard.press("Control+/")
    await expect(guest.page.locator("#shortcuts")).to_be_visible()
    assert await barriers(guest.page) == [], "the shortcuts"
    await guest.page.keyboard.press("Escape")
    await guest.page.locator("#bell").click()
    await expect(guest.page.locator("#attention")).to_be_visible()
    assert await barriers(guest.page) == [], "the bell"


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_axe_finds_nothing_on_a_phone(
    scheme: str, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await boris.post(room_id, "news")
    size = {"width": 390, "height": 844}
    guest = await Guest.of(await tab(shared_server, viewport=size, color_scheme=scheme), anna)
    await guest.enter(room_id)
    assert await barriers(guest.page) == [], "the room"
    await guest.page.locator("button.people-toggle").click()
    await expect(guest.member(boris)).to_be_visible()
    assert await barriers(guest.page) == [], "its people"
