"""Code in messages: in colours that can be read, and with a button that copies it."""

import pytest
from playwright.async_api import expect

from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server

CLIPBOARD = ["clipboard-read", "clipboard-write"]
CODE = '@d\ndef f():\n    return "<s>", 1  # long' + " words" * 40
DIFF = "```diff\n+a\n-b\n```"
COLOURS = ".rich pre span"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_colours_can_be_read(
    scheme: str, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    """On one's own bubble and on that of others, and in a quote."""
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    for author in (anna, boris):
        code = f"```py\n{CODE}\n```"
        quoted = "\n".join(f"> {line}" for line in [*code.split("\n"), *DIFF.split("\n")])
        await author.post(room_id, f"{code}\n{DIFF}\n{quoted}\n- [docs](https://x.org)\n1) a")
    guest = await Guest.of(await tab(shared_server, color_scheme=scheme), anna)
    await guest.enter(room_id)
    spans = guest.page.locator(COLOURS)
    colours = await spans.evaluate_all("all => all.map(each => getComputedStyle(each).color)")
    assert len(set(colours)) == 6
    assert await barriers(guest.page) == []


async def test_code_is_copied(tab: OpenTab, person: MakePerson, shared_server: Server) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    await anna.post(room_id, f"See\n```py\n{CODE}\n```")
    window = await tab(shared_server, locale="en", permissions=CLIPBOARD)
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    block = guest.page.locator("pre")
    before = await block.bounding_box()
    await block.hover()
    button = block.get_by_role("button", name="Copy code")
    await expect(button).to_have_css("opacity", "1")
    assert await block.bounding_box() == before
    await block.evaluate("each => { each.scrollLeft = 300 }")
    await expect(button).to_be_in_viewport(ratio=1)
    await button.click()
    await expect(guest.page.locator("#toast")).to_have_text("Copied")
    assert await guest.page.evaluate("navigator.clipboard.readText()") == CODE
    assert await barriers(guest.page) == []


async def test_code_is_copied_by_keyboard(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    await anna.post(room_id, "```\na < b\n```")
    window = await tab(shared_server, locale="ru", permissions=CLIPBOARD)
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    await guest.page.locator("pre").focus()
    await expect(guest.page.get_by_role("group", name="Код", exact=True)).to_be_focused()
    button = guest.page.get_by_role("button", name="Скопировать код")
    await expect(button).to_have_css("opacity", "1")
    await guest.page.keyboard.press("Tab")
    await expect(button).to_be_focused()
    await guest.page.keyboard.press("Enter")
    await expect(guest.page.locator("#toast")).to_have_text("Скопировано")
    assert await guest.page.evaluate("navigator.clipboard.readText()") == "a < b"
    has_bar = "each => each.scrollHeight > each.clientHeight"
    assert not await guest.page.locator("pre").evaluate(has_bar)


async def test_lists_have_their_marks(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    text = "1. one\n\n* star\n\n- dash\n\n1) paren"
    for message in ({"message": text}, {"message": text, "reply_to": 1}):
        await anna.http.post(f"/api/rooms/{room_id}/messages", json=message)
    guest = await Guest.of(await tab(shared_server), anna)
    for path in ("", "messages/1/thread"):
        await guest.page.goto(f"/rooms/{room_id}/{path}")
        items = guest.page.locator(".message .rich :is(ul, ol)")
        await expect(items.nth(7)).to_be_visible()
        marks = await items.evaluate_all("all => all.map(it => getComputedStyle(it).listStyleType)")
        assert marks == ["decimal", "disc", '"–  "', "paren"] * 2
