"""An empty database: the first person is led to an account, a room, and others to talk to."""

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab, StartServer
from tests.support.guest import Guest
from tests.support.person import PASSWORD, Person
from tests.support.second_factor import let_pass, run_sql
from tests.support.server import Server

AGAIN = "Good to see you again."
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}


@pytest.mark.parametrize("scripts", [True, False])
async def test_the_first_person_is_led_to_a_room_and_others(
    scripts: bool, server: StartServer, tab: OpenTab
) -> None:
    node = await server()
    window = await tab(node, locale="en", java_script_enabled=scripts)
    window.allow("422")
    guest = Guest(window)
    page = guest.page
    await page.goto("/")
    await expect(page.locator("main")).to_contain_text("Nobody has an account here yet.")
    await expect(page.locator("main")).not_to_contain_text(AGAIN)
    if scripts:
        assert await barriers(page) == []
    await page.get_by_role("link", name="Create an account").click()
    await expect(page.locator("main")).to_contain_text("Yours is the first account here.")
    await page.fill("[name=username]", "Анна Петрова")
    await page.fill("[name=password]", "short")
    await guest.submit()
    errors = page.locator(".field-error")
    await expect(errors.nth(0)).to_contain_text("There are no spaces in it")
    await expect(errors.nth(1)).to_have_text("From 8 to 256 characters, please")
    await page.fill("[name=username]", "Анна.Петрова")
    await page.fill("[name=password]", PASSWORD)
    await guest.submit()

    await expect(page).to_have_url(re.compile("/welcome$"))
    await expect(page.get_by_label("1. Name of the site")).to_be_focused()
    await page.get_by_role("link", name="Skip", exact=True).click()
    await expect(page).to_have_url(re.compile("/rooms/$"))
    first = page.locator(".empty-state .actions > :visible").first
    await expect(page.locator(".empty-state h2")).to_have_text("Begin with a room")
    await expect(first).to_have_text("New room")
    await first.click()
    await page.fill("[name=name]", "Kitchen")
    await guest.submit()
    alone = page.locator("#alone")
    await expect(alone).to_contain_text("You are alone here so far. Add people by their names.")
    address = await alone.locator("p a").inner_text()
    assert address == f"{node.url}/register"

    other = Guest(await tab(node, locale="en"))
    await other.page.goto(address)
    await other.page.fill("[name=username]", "boris")
    await other.page.fill("[name=password]", PASSWORD)
    await other.submit()
    await expect(other.page).to_have_url(re.compile("/rooms/$"))
    await page.locator("#invite [name=username]").fill("boris")
    await page.locator("#invite button").click()
    await expect(page.locator("#people-count")).to_have_text("2")
    await expect(alone).to_be_hidden()
    await page.goto("/rooms/")
    await expect(page.locator(".empty-state h2")).to_have_text("Where to?")


@pytest.mark.parametrize("scripts", [True, False])
async def test_the_first_person_names_the_place_and_a_room(
    scripts: bool, server: StartServer, tab: OpenTab
) -> None:
    node = await server()
    window = await tab(node, locale="en", java_script_enabled=scripts, **PHONE)
    window.allow("422")
    guest = Guest(window)
    page = guest.page
    await page.goto("/register")
    await page.fill("[name=username]", "anna")
    await page.fill("[name=password]", PASSWORD)
    await guest.submit()
    await expect(page).to_have_url(re.compile("/welcome$"))
    if scripts:
        assert await barriers(page) == []
    await page.fill("[name=site_name]", "Night\u0007 Shift")
    await page.fill("[name=room_name]", "Kitchen")
    await guest.submit()
    await expect(page.locator(".field-error")).to_contain_text("A site name has 1 to 60")
    await page.fill("[name=site_name]", "Night Shift")
    await guest.submit()
    await expect(page).to_have_url(re.compile(r"/rooms/\d+/$"))
    await expect(page).to_have_title("Kitchen · Night Shift")
    await page.locator("#alone").get_by_role("link", name="Invite by link").click()
    await expect(page.get_by_role("heading", name="Invite by link")).to_be_visible()
    await page.goto("/welcome")
    await expect(page).to_have_url(re.compile("/rooms/$"))

    other = Guest(await tab(node, locale="en"))
    await other.page.goto("/login")
    await expect(other.page).to_have_title("Log in · Night Shift")
    await expect(other.page.locator(".brand")).to_have_text("Night Shift")
    await other.register("boris")
    await other.page.goto("/welcome")
    await expect(other.page).to_have_url(re.compile("/rooms/$"))


async def test_a_phone_is_led_there_too(server: StartServer, tab: OpenTab) -> None:
    node = await server()
    guest = Guest(await tab(node, locale="en", **PHONE))
    await guest.register("anna")
    await guest.page.locator("#no-rooms").get_by_role("link", name="New room").tap()
    await guest.page.fill("[name=name]", "Kitchen")
    await guest.submit()
    await guest.page.locator("#alone").get_by_role("button", name="Add people").tap()
    await expect(guest.page.get_by_role("combobox", name="Add people")).to_be_visible()
    assert await barriers(guest.page) == []


async def test_who_came_long_ago_confirms_before_anything_is_made(server: StartServer) -> None:
    """Not the half of it: a room, without the name of the site."""
    node = await server()
    async with Person(node) as anna:
        await anna.join_by_form("anna")
        let_pass(node, anna)
        form, headers = {"site_name": "x", "room_name": "y"}, {"Referer": f"{node.url}/welcome"}
        sent = await anna.http.post("/welcome", data=form, headers=headers)
        assert sent.headers["location"] == "/confirm?next=/welcome"
    assert run_sql(node, "SELECT id FROM room") == []


async def test_without_registration_nobody_is_led_to_it(server: StartServer, tab: OpenTab) -> None:
    node = await server(REGISTRATION="closed")
    window = await tab(node, locale="en")
    await window.page.goto("/login")
    await expect(window.page.locator("main")).to_contain_text("registration is closed")
    await expect(window.page.get_by_role("link", name="Create an account")).to_have_count(0)


async def test_who_has_been_here_is_greeted_as_such(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    guest = Guest(await tab(shared_server, locale="en"))
    await guest.page.goto("/login")
    await expect(guest.page.get_by_text(AGAIN)).to_have_count(0)
    await guest.login(anna.username)
    # The page tells the browser's time zone, which is refused once the login has ended.
    await guest.page.wait_for_load_state("networkidle")
    await guest.page.locator("[data-logout] button").click()
    await expect(guest.page).to_have_url(re.compile("/login$"))
    await expect(guest.page.get_by_text(AGAIN)).to_be_visible()
