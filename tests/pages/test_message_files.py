"""Files in the conversation: the same from the server and from the scripts, in two windows and on
a telephone, in both languages and themes; and pictures in full size.
"""

import io
import wave
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.photographs import animation, photograph
from tests.support.server import Server
from tests.support.uploading import posted, upload

PHONE = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True}
RUSSIAN = {**PHONE, "locale": "ru-RU", "color_scheme": "dark"}
LISTS = """lists => lists.map(list => [...list.querySelectorAll("*"), list].map(each => [
    each.tagName, each.textContent.replaceAll("\\u00a0", " "),
    ...[...each.attributes].map(({ name, value }) => `${name}=${value}`).sort(),
].join()))"""


def sound() -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as made:
        made.setparams((1, 2, 8000, 0, "NONE", ""))
        made.writeframes(bytes(16_000))
    return written.getvalue()


async def post_some(anna: Person, room: int) -> None:
    """A picture as a telephone takes it, a document, a sound."""
    photo = photograph("JPEG", (1600, 1200), turned=6)
    picture = await upload(anna, room, photo, "лето.jpg", alt="A path")
    assert (picture["width"], picture["height"]) == (1200, 1600)
    paper = await upload(anna, room, b"%PDF-1.4\n" + bytes(123_456), "Отчёт & <план>.pdf")
    noise = await upload(anna, room, sound(), "a.wav")
    await posted(anna, room, picture, text="Look")
    await posted(anna, room, paper, noise)


@pytest.mark.parametrize("options", [{}, RUSSIAN], ids=["desk", "phone"])
async def test_as_the_server_sends_them_and_live(
    person: MakePerson, shared_server: Server, tab: OpenTab, options: dict[str, Any]
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room = await anna.create_room(boris)
    live = await Guest.of(await tab(shared_server, **options), boris)
    await live.enter(room)
    await post_some(anna, room)
    await expect(live.page.locator(".file-card")).to_have_count(2)
    said = "Отчёт & <план>.pdf, a.wav"
    await expect(live.page.locator("#news")).to_contain_text(said)
    await expect(live.page.locator("#rooms .last-message")).to_contain_text(said)
    later = await Guest.of(await tab(shared_server, **options), boris)
    await later.enter(room)
    await expect(later.page.locator("#rooms .last-message")).to_contain_text(said)
    lists = [await each.page.locator(".files").evaluate_all(LISTS) for each in (later, live)]
    assert lists[0] == lists[1]
    for guest in (later, live):
        paper = guest.page.locator(".file-card", has_text="Отчёт & <план>.pdf")
        await expect(paper).to_have_attribute("target", "_blank")
        picture = guest.page.get_by_role("img", name="A path")
        await picture.scroll_into_view_if_needed()
        await expect(picture).to_have_js_property("naturalWidth", 480)
        box = await picture.bounding_box()
        assert box
        assert (round(box["width"]), round(box["height"])) == (216, 288)
        await expect(guest.page.locator("audio")).to_have_js_property("duration", 1)
        assert not await barriers(guest.page)
        assert not await is_wider_than_the_window(guest.page)
        # What is done to the message leaves them where they are.
        await boris.http.put(f"/api/rooms/{room}/messages/1/reactions/👍")
        await expect(guest.page.locator(".reaction")).to_be_visible()
        await expect(picture).to_be_visible()
        await boris.http.delete(f"/api/rooms/{room}/messages/1/reactions/👍")
        await expect(guest.page.locator(".reaction")).to_have_count(0)
    await anna.http.delete(f"/api/rooms/{room}/messages/1")
    for guest in (later, live):
        await expect(guest.page.locator(".file-picture")).to_have_count(0)


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
async def test_animations_are_still_for_who_wants_it(
    person: MakePerson, shared_server: Server, tab: OpenTab, motion: str
) -> None:
    """The same from the server and from the scripts; a press plays them."""
    anna = await person("anna")
    room = await anna.create_room()
    guest = await Guest.of(await tab(shared_server, reduced_motion=motion), anna)
    await guest.enter(room)
    view = await upload(anna, room, animation("GIF"), "cat.gif")
    assert view["is_animated"] is True
    await posted(anna, room, view)
    page = guest.page
    lists = []
    for _ in range(2):
        picture = page.get_by_role("img", name="cat.gif")
        await expect(picture).to_have_js_property("complete", value=True)
        shown = view["url" if motion == "no-preference" else "thumbnail_url"]
        await expect(picture).to_have_js_property("currentSrc", f"{shared_server.url}{shown}")
        await expect(page.locator(".file-play")).to_be_visible(visible=motion == "reduce")
        assert not await barriers(page)
        lists += await page.locator(".files").evaluate_all(LISTS)
        await page.reload()
        await guest.online()
    assert lists[0] == lists[1]
    await guest.move_pointer()
    await expect(page.locator("#attach[role=button]")).to_be_visible()
    await page.locator(".file-picture").click()
    large = page.locator("#lightbox img")
    await expect(large).to_have_js_property("currentSrc", f"{shared_server.url}{view['url']}")


async def is_wider_than_the_window(page: Page) -> bool:
    found: bool = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return found


async def test_pictures_in_full_size(
    person: MakePerson, shared_server: Server, tab: OpenTab
) -> None:
    """By the keyboard alone, and by a finger; the focus comes back to the picture."""
    anna = await person("anna")
    room = await anna.create_room()
    for number in range(3):
        photo = photograph("JPEG", (1600, 1200))
        await posted(anna, room, await upload(anna, room, photo, f"{number}.jpg"))
    guest = await Guest.of(await tab(shared_server, **PHONE), anna)
    await guest.enter(room)
    await guest.move_pointer()
    await expect(guest.page.get_by_role("button", name="Attach files")).to_be_visible()
    pictures = guest.page.locator(".file-picture")
    await pictures.nth(1).focus()
    await guest.page.keyboard.press("Enter")
    box = guest.page.get_by_role("dialog", name="1.jpg")
    await expect(box).to_be_visible()
    await expect(box.locator("img")).to_have_js_property("naturalWidth", 1600)
    assert not await barriers(guest.page)
    shown = await box.locator("img").bounding_box()
    assert shown
    assert shown["width"] <= 390
    await guest.page.keyboard.press("+")
    await expect(box.get_by_role("button", name="Zoom")).to_have_attribute("aria-pressed", "true")
    await expect(box.locator("img")).to_have_js_property("width", 1600)
    await guest.page.keyboard.press("0")
    await guest.page.keyboard.press("ArrowRight")
    box = guest.page.locator("#lightbox")
    await expect(box.get_by_role("heading")).to_have_text("2.jpg")
    await expect(box.get_by_role("button", name="Next picture")).to_be_hidden()
    await swipe(guest.page, 100, 300)
    await expect(box.get_by_role("heading")).to_have_text("1.jpg")
    await expect(box.get_by_role("status")).to_have_text("Picture 2 of 3")
    await box.get_by_role("button", name="Previous picture").click()
    await expect(box.get_by_role("heading")).to_have_text("0.jpg")
    await guest.page.keyboard.press("Escape")
    await expect(box).to_be_hidden()
    await expect(pictures.first).to_be_focused()


async def swipe(page: Page, start: int, end: int) -> None:
    """A finger goes from one side to the other."""
    session = await page.context.new_cdp_session(page)
    for kind, places in (
        ("touchStart", (start,)),
        ("touchMove", range(start, end, 20 if end > start else -20)),
        ("touchEnd", (None,)),
    ):
        for x in places:
            points = [] if x is None else [{"x": x, "y": 400}]
            sent = {"type": kind, "touchPoints": points}
            await session.send("Input.dispatchTouchEvent", sent)
