"""Somebody makes a room public, and another one finds it on a phone, and joins; or asks to be let
into a private one.
"""

import re

from playwright.async_api import expect

from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import unique
from tests.support.server import Server
from tests.support.waiting import eventually

PHONE = {"width": 390, "height": 844}


async def test_public_room_is_made_found_and_joined(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    name = unique("Garden").replace(".", " ")
    room = await anna.create_room(name=name)
    owner = await Guest.of(await tab(shared_server, locale="en"), anna)
    await owner.enter(room)
    page = owner.page
    await page.get_by_role("button", name="Room settings").click()
    await page.get_by_label("Public", exact=True).check()
    await page.get_by_label("What it is about").fill("Beds and bees")
    await page.get_by_role("button", name="Save").last.click()
    await expect(page.locator(".saved")).to_have_text("Saved")
    assert await barriers(page) == []

    guest = await Guest.of(await tab(shared_server, locale="en", viewport=PHONE), boris)
    await guest.page.goto("/rooms/new")
    assert await barriers(guest.page) == []
    await guest.page.locator("main").get_by_role("link", name="Public rooms").click()
    await guest.page.get_by_label("Name or topic").fill(name)
    await guest.page.get_by_role("button", name="Find").last.click()
    found = guest.page.locator(".directory li")
    await expect(found).to_contain_text("Beds and bees")
    assert await barriers(guest.page) == []
    width = await guest.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    await found.get_by_role("button", name="Join").click()
    await expect(guest.page).to_have_url(re.compile(f"/rooms/{room}/$"))
    await guest.online()
    await guest.say("hello")
    await owner.enter(room)
    await owner.sees("hello")


async def test_who_asks_is_let_in(tab: OpenTab, person: MakePerson, shared_server: Server) -> None:
    anna, boris = await person("anna"), await person("boris")
    room = await anna.create_room(name=unique("Cellar"))
    guest = await Guest.of(await tab(shared_server, locale="en", viewport=PHONE), boris)
    guest.tab.allow("403")
    await guest.page.goto(f"/rooms/{room}/")
    await guest.page.get_by_label("Who you are").fill("Boris, from next door")
    assert await barriers(guest.page) == []
    await guest.page.get_by_role("button", name="Ask to be let in").click()
    await expect(guest.page.locator("main [role=status]")).to_contain_text("have your request")
    await guest.page.goto("/rooms/")

    page = (await Guest.of(await tab(shared_server, locale="en", viewport=PHONE), anna)).page

    async def is_told() -> bool:
        await page.goto("/rooms/")
        return await page.get_by_text("1 person asks to be let in").is_visible()

    await eventually(is_told, "the notice of a request")
    assert await barriers(page) == []
    await page.goto(f"/rooms/{room}/")
    await expect(page.locator("#people").get_by_text("Requests to join: 1")).to_have_count(1)
    await page.goto("/rooms/")
    await page.get_by_role("button", name="Look").click()
    await expect(page.locator("main li")).to_contain_text("Boris, from next door")
    assert await barriers(page) == []
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    await page.get_by_role("button", name="Let in").click()
    await expect(page.locator("main li")).to_have_count(0)
    await guest.page.locator(f"#sidebar a[href='/rooms/{room}/']").click()
    await expect(guest.page).to_have_url(re.compile(f"/rooms/{room}/$"))
