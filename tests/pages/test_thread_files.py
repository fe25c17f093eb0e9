"""Files that are sent from the pane of a thread: chosen, pasted, dropped, kept, and shown there."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.pages.test_sending_files import ATTACH, NOTE, PHOTO, UPLOADS
from tests.pages.test_threads import begun
from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server

PUT_IN = """([kind, name]) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["dropped"], name, { type: "text/plain" }));
    const options = { bubbles: true, cancelable: true };
    const event = kind === "paste"
        ? new ClipboardEvent(kind, { ...options, clipboardData: dataTransfer })
        : new DragEvent(kind, { ...options, dataTransfer });
    document.querySelector("#thread-text").dispatchEvent(event);
}"""
PHONE = {"viewport": {"width": 390, "height": 780}, "locale": "ru-RU", "color_scheme": "dark"}


async def opened(guest: Guest) -> None:
    """Open the thread of the first message."""
    await guest.move_pointer()
    await expect(guest.page.locator("#attach[role=button]")).to_be_visible()
    await guest.page.locator("#m1 .replies").press("Enter")
    await expect(guest.page.locator("dialog.thread .attach")).to_be_visible()


async def choose(page: Page, *files: Any) -> None:
    async with page.expect_file_chooser() as chooser:
        await page.locator(".thread").get_by_role("button", name=ATTACH).click()
    await (await chooser.value).set_files(files)
    await expect(page.locator(".thread .attachment")).to_have_count(len(files))


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desk", "phone"])
async def test_in_the_pane_of_a_thread(
    person: MakePerson, shared_server: Server, tab: OpenTab, options: dict[str, Any]
) -> None:
    """What is dropped there is of the thread; what waits shows there how far it has got."""
    anna, _, room = await begun(person)
    guest = await Guest.of(await tab(shared_server, **options), anna)
    page = guest.page
    await guest.enter(room)
    await opened(guest)
    await choose(page, PHOTO, NOTE)
    for kind in ("dragover", "drop", "paste"):
        await page.evaluate(PUT_IN, [kind, f"{kind}.txt"])
    await expect(page.locator(".thread .attachment")).to_have_count(4)
    await expect(page.locator(".attachment")).to_have_count(4)
    await expect(page.locator(".drop-here")).to_have_count(0)
    assert not await barriers(page)
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    # They are there again after a reload, with the thread.
    await page.reload()
    await guest.online()
    await opened(guest)
    await expect(page.locator(".thread .attachment")).to_have_count(4)
    guest.tab.allow("ERR_FAILED.*/files")
    await page.route(UPLOADS, lambda route: route.abort())
    await page.locator(".thread .send").click()
    message = page.locator(".thread .message").last
    await expect(message.locator(".upload-note")).not_to_be_empty()
    await expect(page.locator(".thread .attachment")).to_have_count(0)
    await page.unroute(UPLOADS)
    await message.locator("[data-act=pause]").click()
    await message.locator("[data-act=pause]").click()
    await expect(message).to_have_attribute("data-message-id", "3")
    await expect(message.locator(".files > li")).to_have_count(4)
    await expect(message.locator(".uploads")).to_have_count(0)
    found = (await anna.messages(room))[-1]
    assert found["reply_to"]["message_id"] == 1
    assert len(found["files"]) == 4
