"""Whoever is led to the login is told why."""

import re

import pytest
from playwright.async_api import Route, expect

from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server

ENDED = "Your session has ended. Log in to go on."
COOKIES = "Your browser has not kept the login. Allow cookies for this site, and log in again."


@pytest.mark.parametrize("scripts", [True, False])
async def test_logged_out_elsewhere(
    scripts: bool, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    window = await tab(shared_server, locale="en", java_script_enabled=scripts)
    # What is asked for meanwhile is refused.
    window.allow("401|HTTP Authentication failed")
    guest = Guest(window)
    await guest.page.goto("/login")
    await expect(guest.page.locator("[role=alert]")).to_have_count(0)
    await guest.login(anna.username)
    await expect(guest.page).to_have_url(re.compile("/rooms/$"))
    for path in (f"/rooms/{room_id}/", "/rooms/"):
        await guest.page.goto(path)
        if scripts and path != "/rooms/":
            await guest.online()
        await anna.http.delete("/api/sessions")
        if not scripts:
            await guest.page.reload()
        await expect(guest.page).to_have_url(re.compile("/login"), timeout=30_000)
        await expect(guest.page.locator("[role=alert]")).to_have_text(ENDED)
        await guest.login(anna.username)
        await expect(guest.page).to_have_url(re.compile(f"{path}$"))
    # Whoever goes by themselves knows why.
    await guest.page.locator("[data-logout] button").click()
    await expect(guest.page).to_have_url(re.compile("/login$"))
    await expect(guest.page.locator("[role=alert]")).to_have_count(0)


async def test_cookies_are_off(tab: OpenTab, person: MakePerson, shared_server: Server) -> None:
    anna = await person("anna")
    guest = Guest(await tab(shared_server, locale="en"))
    await guest.page.route("**/*", without_cookies)
    await guest.page.goto("/login")
    await guest.login(anna.username)
    await expect(guest.page.locator("[role=alert]")).to_have_text(COOKIES)
    assert await guest.page.context.cookies() == []


async def without_cookies(route: Route) -> None:
    """Answer as the server does, to a browser that keeps no cookie."""
    answer = await route.fetch(max_redirects=0)
    body = await answer.body()
    headers = {name: value for name, value in answer.headers.items() if name != "set-cookie"}
    await route.request.frame.page.context.clear_cookies()  # Fetching has kept it.
    await route.fulfill(status=answer.status, headers=headers, body=body)
