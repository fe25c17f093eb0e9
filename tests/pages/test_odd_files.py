"""What people drop and choose that cannot be sent: a folder, one broken picture of several."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Route, expect

from tests.pages.test_sending_files import choose, sit_down
from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.server import Server

PHONE = {"viewport": {"width": 390, "height": 780}, "locale": "ru-RU", "color_scheme": "dark"}


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desk", "phone"])
async def test_a_folder_and_a_broken_picture(
    person: MakePerson, shared_server: Server, tab: OpenTab, options: dict[str, Any], tmp_path: Path
) -> None:
    """Both are told of by their names, and hold up nothing else."""
    guest = await sit_down(person, shared_server, tab, **options)
    page = guest.page
    (tmp_path / "folder").mkdir()
    (tmp_path / "note.txt").write_text("a note")
    session = await page.context.new_cdp_session(page)
    files = [str(tmp_path / name) for name in ("folder", "note.txt")]
    for kind in ("dragEnter", "dragOver", "drop"):
        data = {"items": [], "files": files, "dragOperationsMask": 1}
        about = {"type": kind, "x": 200, "y": 300, "data": data}
        await session.send("Input.dispatchDragEvent", about)
    await expect(page.locator(".attachment .file-name")).to_have_text("note.txt")
    await expect(page.locator("#composer-error")).to_contain_text("folder")
    await page.locator(".attachment button").click()
    guest.tab.allow("422|404")  # What is refused is gone when it is taken back.
    some = [
        {"name": f"{number}.txt", "mimeType": "text/plain", "buffer": b"x" * number}
        for number in range(8)
    ]
    long = {**some[0], "name": "ж" * 251 + ".txt"}
    broken = {"name": "broken.gif", "mimeType": "image/gif", "buffer": b"GIF89a=1;alert(1)"}
    await choose(page, *some, long, broken)
    await page.locator("#composer .send").click()
    failed = guest.messages.last
    await expect(failed.locator(".failure-text")).to_contain_text("broken.gif: ")
    await expect(failed.locator(".file-card").first).to_have_css("display", "flex")
    assert not await barriers(page)
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    await guest.composer.fill("Nobody waits behind it")
    await page.locator("#composer .send").click()
    await guest.sees("Nobody waits behind it")
    await failed.locator(".failure button").last.click()
    await expect(page.locator(".attachment")).to_have_count(10)
    await page.locator(".attachment").last.get_by_role("button").click()
    await page.locator("#composer .send").click()
    sent = page.locator(".message:has(.file-card)").last
    await expect(sent).to_have_attribute("data-state", "sent")
    await expect(sent.locator(".file-card")).to_have_count(9)


async def test_a_login_that_ends_in_the_middle(
    person: MakePerson, shared_server: Server, tab: OpenTab
) -> None:
    """It leads to the login; afterwards the message goes on by itself."""
    guest = await sit_down(person, shared_server, tab)
    page, context = guest.page, guest.page.context
    room = page.url
    guest.tab.allow("401")
    note = {"name": "note.txt", "mimeType": "text/plain", "buffer": b"y" * 900_000}
    await choose(page, note)
    cookies: list[Any] = await context.cookies()

    async def log_out(route: Route) -> None:
        await context.clear_cookies()
        await route.continue_()

    await page.route(re.compile("/api/files/[0-9]"), log_out, times=1)
    await guest.say("With a note")
    await page.wait_for_url("**/login**")
    await context.add_cookies(cookies)
    await page.goto(room)
    await guest.sees("With a note")
    sent = guest.message("With a note")
    await expect(sent).to_have_attribute("data-state", "sent")
    await expect(sent.locator(".file-card")).to_have_count(1)
