"""What a few letters find: in the dialog of rooms and people, and where people are added."""

import asyncio

from playwright.async_api import Route, expect

from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import unique
from tests.support.server import Server


async def test_the_nearest_name_comes_first(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    """Whatever was said last: the name itself, what begins with it by length, then the others."""
    anna = await person("anna")
    names = ["Проект 2", "Проект 2 тест", "Мой Проект 2", "Субпроект 2"]
    names += [f"Проект {number}" for number in range(20, 25)]
    for name in names:
        await anna.create_room(name=name)
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    page = guest.page
    await page.goto("/rooms/")
    await page.keyboard.press("Control+k")
    found = page.locator("#switcher .found-name bdi")
    await expect(found.first).to_have_text("Проект 24")
    await page.keyboard.type("проект 2")
    near = ["Проект 2", *names[:3:-1], "Проект 2 тест", "Мой Проект 2"]
    await expect(found).to_have_text(near)
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("Проект 2")


async def test_no_names_over_the_answer(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    """What was asked for before the form was sent is not shown over what the form has to say."""
    anna = await person("anna")
    stem = unique("Жанна")
    await person(f"{stem}.а")
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    page = guest.page
    guest.tab.allow("422")
    held: asyncio.Queue[Route] = asyncio.Queue()
    await page.route("**/api/people?*", held.put, times=1)
    await guest.enter(await anna.create_room())
    field, options = page.locator("#invite [name=username]"), page.get_by_role("option")
    await field.press_sequentially(stem)
    route = await held.get()
    await field.press("Enter")
    await expect(page.locator("#username-error")).to_contain_text("Nobody here is called")
    async with page.expect_response("**/api/people?*"):
        await route.continue_()
    await page.evaluate("() => new Promise((resolve) => setTimeout(resolve))")
    await expect(options).to_have_count(0)
    await field.press_sequentially(".")
    await expect(options).to_have_count(1)
