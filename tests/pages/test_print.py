"""A room on paper: all that has been loaded, page after page, and nothing to press."""

import re

import pytest
from playwright.async_api import expect

from tests.pages.test_message_details import react
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_room_is_printed_whole(
    scheme: str, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    for number in range(1, 51):
        await (anna, boris)[number // 3 % 2].post(room_id, f"message {number}")
    await anna.http.post(f"/rooms/{room_id}/read")
    await react(boris, room_id, 50, "🎉")
    for name in "abcdef":
        await anna.http.patch(f"/api/rooms/{room_id}", json={"name": name})
    guest = await Guest.of(await tab(shared_server, color_scheme=scheme), anna)
    await guest.enter(room_id)
    page = guest.page
    paper = await page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) > 1
    await page.emulate_media(media="print")
    for shown in (
        page.locator("h1"),
        page.locator("#m1 .text"),
        page.locator("#m50 .author"),
        page.locator("#m50 .reaction"),
        page.locator(".event li").last,
    ):
        await expect(shown).to_be_visible()
    for hidden in ("nav", "aside", "form#composer", "button:not(.reaction)", ".toast"):
        assert await page.locator(hidden).locator("visible=true").count() == 0, hidden
    # Whoever reads it elsewhere sees who has said what, one's own words included.
    own = page.locator(".own:not(.continued) .author").first
    await expect(own).to_have_text(anna.username)
    assert await own.evaluate("e => e.offsetWidth") > 10
    # All of it stands on the page, none of it in a box that scrolls.
    height = await page.evaluate("document.documentElement.scrollHeight")
    assert height > await page.locator("#messages").evaluate("list => list.offsetHeight") > 1_500
    # Ink on white paper, whatever the screen is like.
    ink = await page.locator("#m1 .text").evaluate("e => getComputedStyle(e).color")
    assert max(int(value) for value in re.findall(r"\d+", ink)[:3]) < 100, ink
