"""Sending files from the page: chosen, pasted, dropped; and what becomes of them where the network,
the page or the server does not do as it should.
"""

import re
from typing import Any

import pytest
from playwright.async_api import Page, Request, Route, expect

from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.photographs import photograph
from tests.support.server import Server

PHOTO: Any = {"name": "лето.jpg", "mimeType": "image/jpeg", "buffer": photograph("JPEG")}
NOTE: Any = {"name": "note.txt", "mimeType": "text/plain", "buffer": b"hello " * 1000}
ATTACH = re.compile("^(Attach files|Прикрепить файлы)$")
UPLOADS = re.compile("/api/files/")
PUT_IN = """([kind, name]) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["dropped"], name, { type: "text/plain" }));
    const options = { bubbles: true, cancelable: true };
    const event = kind === "paste"
        ? new ClipboardEvent(kind, { ...options, clipboardData: dataTransfer })
        : new DragEvent(kind, { ...options, dataTransfer });
    document.querySelector("#message").dispatchEvent(event);
}"""


async def choose(page: Page, *files: Any) -> None:
    """Choose these, and wait until they are shown."""
    await pick(page, *files)
    await expect(page.locator(".attachment")).to_have_count(len(files))


async def pick(page: Page, *files: Any) -> None:
    """Press the button beside the field, and choose these."""
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name=ATTACH).click()
    await (await chooser.value).set_files(files)


async def sit_down(person: MakePerson, server: Server, tab: OpenTab, **options: Any) -> Guest:
    anna = await person("anna")
    guest = await Guest.of(await tab(server, **options), anna)
    await guest.enter(await anna.create_room())
    await guest.move_pointer()
    await expect(guest.page.get_by_role("button", name=ATTACH)).to_be_visible()
    return guest


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"viewport": {"width": 390, "height": 780}, "locale": "ru-RU", "color_scheme": "dark"},
    ],
    ids=["desk", "phone"],
)
async def test_chosen_pasted_and_dropped(
    person: MakePerson, shared_server: Server, tab: OpenTab, options: dict[str, Any]
) -> None:
    guest = await sit_down(person, shared_server, tab, **options)
    page = guest.page
    await choose(page, PHOTO, NOTE)
    await expect(page.locator(".attachment canvas")).to_be_visible()
    await page.locator(".attachment-alt").first.fill("A gradient")
    for kind in ("dragover", "drop", "paste"):
        await page.evaluate(PUT_IN, [kind, f"{kind}.txt"])
    await expect(page.locator(".attachment")).to_have_count(4)
    await expect(page.locator(".drop-here")).to_have_count(0)
    assert not await barriers(page)
    await page.locator(".attachment", has_text="drop.txt").get_by_role("button").click()
    await expect(guest.composer).to_be_focused()
    # Without a text, by the button, as on a telephone.
    await page.locator("#composer .send").click()
    await expect(page.locator(".attachment")).to_have_count(0)
    message = guest.messages.last
    await expect(message.get_by_role("img", name="A gradient")).to_be_visible()
    await expect(message).to_have_attribute("data-state", "sent")
    await expect(message.locator(".file-name")).to_have_text(["note.txt", "paste.txt"])
    await expect(message.locator(".uploads")).to_have_count(0)
    await page.reload()
    await guest.online()
    await expect(guest.messages.last.locator(".files > li")).to_have_count(3)
    await guest.move_pointer()
    await expect(page.get_by_role("button", name=ATTACH)).to_be_visible()
    await expect(page.locator(".attachment")).to_have_count(0)


async def test_each_message_shows_its_files(
    person: MakePerson, shared_server: Server, tab: OpenTab
) -> None:
    guest = await sit_down(person, shared_server, tab)
    for text in ("The first", "What shows them is here by now"):
        await choose(guest.page, PHOTO, NOTE)
        await guest.say(text)
        await expect(guest.messages.last).to_have_attribute("data-state", "sent")
        await expect(guest.messages.last.locator(".files > li")).to_have_count(2)
        await expect(guest.messages.last.locator(".uploads")).to_have_count(0)


async def test_text_and_files_outlive_the_page_and_the_network(
    person: MakePerson, shared_server: Server, tab: OpenTab
) -> None:
    guest = await sit_down(person, shared_server, tab)
    page = guest.page
    await choose(page, PHOTO)
    await page.locator(".attachment-alt").fill("A gradient")
    await page.reload()
    await guest.online()
    await guest.move_pointer()
    await expect(page.locator(".attachment-alt")).to_have_value("A gradient")
    guest.tab.allow("ERR_FAILED.*/files")
    await page.route(UPLOADS, lambda route: route.abort())
    await guest.say("With a picture")
    message = guest.messages.last
    await expect(message.locator(".upload-note")).to_contain_text("goes on by itself")
    await expect(message.locator("canvas")).to_be_visible()
    # Nobody waits behind it.
    await guest.say("Meanwhile")
    await guest.sees("Meanwhile")
    await page.reload()
    await expect(guest.message("With a picture")).to_have_attribute("data-state", "pending")
    await page.unroute(UPLOADS)
    # By itself, without a sign of anybody; once.
    await guest.sees("With a picture")
    await expect(page.get_by_role("img", name="A gradient")).to_be_visible()
    await page.reload()
    await guest.online()
    assert await guest.texts() == ["Meanwhile", "With a picture"]


async def test_what_is_refused_comes_back(
    person: MakePerson, shared_server: Server, tab: OpenTab
) -> None:
    guest = await sit_down(person, shared_server, tab)
    page = guest.page
    guest.tab.allow("status of (422|404).*/files")  # It is gone when it is taken back.
    broken = {**PHOTO, "name": "broken.jpg", "buffer": PHOTO["buffer"][:900]}
    await choose(page, broken, NOTE)
    await guest.say("Two")
    message = guest.messages.last
    await expect(message.locator(".failure-text")).to_have_text(re.compile("damaged"))
    await expect(message.locator(".upload")).to_be_hidden()
    await message.get_by_role("button", name="Take back").click()
    await expect(page.locator(".attachment")).to_have_count(2)
    await expect(guest.composer).to_have_value("Two")
    await page.get_by_role("button", name="Remove broken.jpg").click()
    await page.locator("#composer .send").click()
    await guest.sees("Two")
    await expect(guest.messages).to_have_count(1)
    large = {**NOTE, "name": "large.bin", "buffer": bytes((25 << 20) + 1)}
    await pick(page, large)
    await expect(page.locator("#composer-error")).to_contain_text("large.bin is too large")
    await pick(page, *[NOTE] * 11)
    await expect(page.locator("#composer-error")).to_contain_text("at most 10 files")
    await expect(page.locator(".attachment")).to_have_count(10)


async def stand_still(_route: Route) -> None:
    """It is neither sent nor refused."""


async def test_taken_back_on_its_way(
    person: MakePerson, shared_server: Server, tab: OpenTab
) -> None:
    guest = await sit_down(person, shared_server, tab)
    page = guest.page
    await page.route(UPLOADS, stand_still)
    await choose(page, NOTE)
    await guest.say("Wait")
    message = guest.messages.last
    await expect(message.get_by_role("progressbar")).to_be_visible()
    await message.get_by_role("button", name="Cancel").click()
    await expect(guest.messages).to_have_count(0)
    await expect(page.locator(".attachment")).to_have_count(1)
    await expect(guest.composer).to_have_value("Wait")
    await page.unroute(UPLOADS)
    await guest.composer.press("Enter")
    await guest.sees("Wait")
    await expect(guest.messages).to_have_count(1)


async def test_large_file_goes_on_where_it_was_cut_off(
    person: MakePerson, shared_server: Server, tab: OpenTab
) -> None:
    """In parts of 512 KiB; paused, cut off and continued by another page, each is sent once."""
    guest = await sit_down(person, shared_server, tab)
    page = guest.page
    offsets: list[str] = []

    async def count(route: Route) -> None:
        """The third part does not come through, nor what is after it."""
        if route.request.method == "PATCH":
            if len(offsets) >= 2:
                return await route.abort()
            offsets.append(route.request.headers["upload-offset"])
        return await route.continue_()

    guest.tab.allow("ERR_FAILED.*/api/files/")
    await page.route(UPLOADS, count)
    large = {**NOTE, "name": "large.bin", "buffer": bytes(range(256)) * 7_000}
    await choose(page, large)
    await guest.say("Large")
    message = guest.messages.last
    await expect(message.get_by_role("progressbar")).to_have_js_property("value", 2**20 / 1_792_000)
    await expect(message.locator(".upload-note")).to_contain_text("goes on by itself")
    await message.get_by_role("button", name="Pause").click()
    await expect(message.get_by_role("button", name="Continue")).to_be_visible()
    await page.unroute(UPLOADS)
    await page.reload()
    await expect(guest.message("Large")).to_have_attribute("data-state", "pending")
    page.on("request", lambda request: noted(request, offsets))
    await guest.messages.last.get_by_role("button", name="Continue").click()
    await guest.sees("Large")
    assert offsets == ["0", "524288", "1048576", "1572864"]
    link = guest.messages.last.locator(".file-card")
    async with page.expect_download() as download:
        await link.click()
    kept = await (await download.value).path()
    assert kept.read_bytes() == large["buffer"]


def noted(request: Request, offsets: list[str]) -> None:
    if request.method == "PATCH":
        offsets.append(request.headers["upload-offset"])


async def test_a_press_waits_for_what_chooses_files(
    person: MakePerson, shared_server: Server, tab: OpenTab
) -> None:
    """It leads nowhere else; and where that cannot be loaded, the next press does."""
    anna = await person("anna")
    guest = await Guest.of(await tab(shared_server), anna)
    page = guest.page
    module = re.compile("/file_sources.js$")
    guest.tab.allow("ERR_FAILED.*file_sources")
    await page.route(module, lambda route: route.abort())
    await guest.enter(await anna.create_room())
    await page.locator("#attach").click()
    await expect(page.locator("#toast")).not_to_be_empty()
    await page.unroute(module)
    async with page.expect_file_chooser() as chooser:
        await page.locator("#attach").click()
    await (await chooser.value).set_files([NOTE])
    await expect(page.locator(".attachment")).to_have_count(1)
    assert "/files/new" not in page.url
