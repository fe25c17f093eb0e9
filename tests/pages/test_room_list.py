"""Long lists of rooms on the pages, by and by, by links, and by the API."""

import re
from contextlib import nullcontext

import pytest
from playwright.async_api import expect

from models import Membership, Room
from tests.support.factories import MakePerson, OpenTab, StartServer
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.server import Server
from tests.support.tables import opened


@pytest.fixture
async def crowded(
    server: StartServer, person: MakePerson, sqlite_url: str
) -> tuple[Server, Person, list[int]]:
    """Anna, who is in 620 rooms, and their ids in the order of the list."""
    node = await server(DATABASE_URL=sqlite_url)
    anna = await person("anna", on=node)
    async with opened(sqlite_url):
        rooms = [Room(name=f"Project {number:03}") for number in range(620)]
        await Room.bulk_create(rooms)
        ids = [each.id for each in await Room.all().order_by("-created_at", "-id")]
        await Membership.bulk_create([Membership(room_id=each, user_id=anna.id) for each in ids])
    return node, anna, ids


async def test_long_list_is_shown_by_and_by(
    crowded: tuple[Server, Person, list[int]], tab: OpenTab, person: MakePerson
) -> None:
    node, anna, ids = crowded
    guest = await Guest.of(await tab(node, locale="en"), anna)
    page = guest.page
    await page.goto("/rooms/")
    rooms = page.locator("#rooms .room-link")
    await expect(rooms).to_have_count(50)
    await page.locator("#more-rooms").scroll_into_view_if_needed()
    await expect(rooms).to_have_count(100)
    # What is not shown is found: what was read here, and the rest by the server.
    for name in ("Project 300", "Project 003"):
        await page.keyboard.press("Control+k")
        await page.keyboard.type(name)
        await expect(page.locator("#switcher .found-name")).to_have_text([name])
        await page.keyboard.press("Escape")
    # News from a room that was not read bring it up.
    boris = await person("boris", on=node)
    async with opened(node.database_url):
        await Membership.create(room_id=ids[-1], user_id=boris.id)
    await boris.post(ids[-1], "from far below")
    await expect(rooms.first.locator(".unread-count")).to_have_text("1")
    await expect(page).to_have_title(re.compile(r"^\(1\) "))


async def test_long_list_by_links(
    crowded: tuple[Server, Person, list[int]], tab: OpenTab, person: MakePerson
) -> None:
    """Each part has its rooms and its people; who comes in a later part is not missing before."""
    node, anna, ids = crowded
    boris = await person("boris", on=node)
    async with opened(node.database_url):
        await Room.filter(id=ids[60]).update(kind=Room.DIRECT)
        await Membership.create(room_id=ids[60], user_id=boris.id)
    guest = await Guest.of(await tab(node, java_script_enabled=False), anna)
    await guest.page.goto("/rooms/")
    seen: list[int] = []
    people = guest.page.locator("#people-title + ul .room-link")
    for part in range(3):
        links = guest.page.locator("#rooms .room-link")
        await expect(people).to_have_text([re.compile(boris.username)] * (part == 1))
        await expect(guest.page.locator("#people-title")).to_be_visible(visible=part == 1)
        seen += await links.evaluate_all("all => all.map(link => Number(link.dataset.roomId))")
        await guest.page.locator("#more-rooms").click()
        await expect(guest.page.locator(f'[data-room-id="{ids[len(seen)]}"]')).to_be_visible()
    assert sorted(seen, key=ids.index) == ids[:150]


async def test_pages_of_the_list(crowded: tuple[Server, Person, list[int]]) -> None:
    _, anna, ids = crowded
    found: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"limit": "250", "cursor": cursor} if cursor else {"limit": "250"}
        page = (await anna.http.get("/api/rooms", params=query)).json()
        found += [each["id"] for each in page["rooms"]]
        cursor = page["cursor"]
    assert found == ids
    whole = (await anna.http.get("/api/rooms")).json()
    assert (len(whole["rooms"]), whole["unread_beyond"]) == (500, 0)
    for wrong in ("x", "20260101T000000.000000-x", "2" * 40, "99999999T999999.999999-1"):
        refused = await anna.http.get("/api/rooms", params={"cursor": wrong})
        assert (refused.status_code, refused.json()["code"]) == (400, "bad_request"), wrong


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
@pytest.mark.parametrize("place", [70, 600])
async def test_open_room_is_in_the_list(
    crowded: tuple[Server, Person, list[int]], tab: OpenTab, place: int, scripts: bool
) -> None:
    """Above the others, until the list reaches it."""
    node, anna, ids = crowded
    guest = await Guest.of(await tab(node, java_script_enabled=scripts), anna)
    page = guest.page
    async with page.expect_response("**/api/rooms") if scripts else nullcontext():
        await page.goto(f"/rooms/{ids[place]}/")
    if scripts:
        await guest.online()
    links, current = page.locator("#rooms .room-link"), page.locator("#rooms [aria-current=page]")
    await expect(links).to_have_count(51)
    await expect(current).to_have_attribute("data-room-id", str(ids[place]))
    await expect(current).to_be_in_viewport()
    await expect(links.nth(1)).to_have_attribute("data-room-id", str(ids[0]))
    if scripts and place == 70:
        await page.locator("#more-rooms").scroll_into_view_if_needed()
        await expect(links).to_have_count(100)
        await expect(links.nth(place)).to_have_attribute("aria-current", "page")


async def test_open_room_is_scrolled_to(
    crowded: tuple[Server, Person, list[int]], tab: OpenTab
) -> None:
    node, anna, ids = crowded
    guest = await Guest.of(await tab(node), anna)
    await guest.enter(ids[30])
    await expect(guest.page.locator("#rooms [aria-current=page]")).to_be_in_viewport()
