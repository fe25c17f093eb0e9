"""Where one is after a form has led to another page: at its heading, or at what it has to say."""

import pytest
from playwright.async_api import expect

from tests.support.browser import Tab
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.server import Server


@pytest.fixture(params=[True, False], ids=["scripts", "plain"])
async def window(request: pytest.FixtureRequest, tab: OpenTab, shared_server: Server) -> Tab:
    """A browser window with and without JavaScript."""
    return await tab(shared_server, java_script_enabled=request.param, locale="en")


async def test_wrong_password(window: Tab, person: MakePerson) -> None:
    anna = await person("anna")
    window.allow("401|HTTP Authentication failed")
    page = window.page
    await page.goto("/login")
    await page.fill("[name=username]", anna.username)
    await page.fill("[name=password]", "not the password")
    await page.keyboard.press("Enter")
    await expect(page.locator(".form-error")).to_be_visible()
    await expect(page.locator("[name=password]")).to_be_focused()


async def asked(person: MakePerson) -> tuple[Person, Person, int, int]:
    """Anna, of whom boris asks two things, by an invitation and a request: their rooms."""
    boris, anna = await person("boris"), await person("anna")
    direct = await boris.direct(anna, accepted=False)
    await boris.post(direct, "hello")
    room = await boris.create_room(anna)
    await anna.remove_member(room, anna.id)
    await boris.http.post(f"/api/rooms/{room}/members", json={"username": anna.username})
    return boris, anna, room, direct


async def test_answers_and_hiding(window: Tab, person: MakePerson) -> None:
    boris, anna, _, direct = await asked(person)
    page = (await Guest.of(window, anna)).page
    title = page.locator("#title")
    await page.goto("/rooms/")
    await page.locator(".invitation").get_by_role("button", name="Decline").click()
    await expect(page.locator(".invitation")).to_have_count(0)
    await expect(title).to_be_focused()
    await page.goto(f"/rooms/{direct}/")
    await page.locator("#request").get_by_role("button", name="Decline").click()
    await expect(page.locator("#asked")).to_be_hidden()
    await expect(title).to_be_focused()
    own = await anna.create_room(boris)
    await page.goto(f"/rooms/{own}/")
    await page.get_by_role("button", name="Hide from the list").click()
    await expect(page.locator("#rooms .room-link")).to_have_count(0)
    await expect(title).to_be_focused()


async def test_blocking_and_unblocking(window: Tab, person: MakePerson) -> None:
    anna, eve = await person("anna"), await person("eve")
    room = await anna.direct(eve)
    page = (await Guest.of(window, anna)).page
    await page.goto(f"/rooms/{room}/")
    await page.get_by_text("Block this person").click()
    await page.get_by_role("button", name="Block", exact=True).click()
    await expect(page.locator("#blocked")).to_be_focused()
    await page.goto("/profile")
    await page.get_by_role("button", name=f"Unblock {eve.username}").click()
    await expect(page.locator("#blocked-people li")).to_have_count(0)
    await expect(page.locator("#blocked-title")).to_be_focused()
