"""What a screen reader says of files and searches: word for word, by day in Russian, by night in
English.
"""

import pytest
from playwright.async_api import expect

from tests.pages.test_screen_reader import Walk
from tests.pages.test_sending_files import NOTE, PHOTO, choose
from tests.support import spoken_files as spoken
from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.photographs import photograph
from tests.support.screen_reader import ScreenReader
from tests.support.server import Server
from tests.support.uploading import posted, upload


@pytest.mark.parametrize(("scheme", "locale"), [("light", "ru"), ("dark", "en")])
async def test_a_walk_of_files_and_searches(
    scheme: str, locale: str, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    names = {each.username: each.username.rstrip("0123456789") for each in (anna, boris)}
    room_id = await furnished(anna, boris)
    window = await tab(shared_server, locale=locale, color_scheme=scheme)
    guest = await Guest.of(window, anna)

    async def walk_on(path: str) -> Walk:
        await guest.page.goto(path, wait_until="networkidle")
        return Walk(guest, await ScreenReader.start(guest.page, names), locale)

    walk = await walk_on(f"/rooms/{room_id}/")
    await guest.online()
    await guest.move_pointer()
    await what_a_message_has(walk)
    await what_is_shown_large(walk)
    await what_is_attached(walk)
    await what_arrives(walk, boris, room_id)
    await what_is_found(await walk_on("/search/?q=lake"))
    await what_the_room_has(await walk_on(f"/rooms/{room_id}/files"))


async def furnished(anna: Person, boris: Person) -> int:
    """Return a room with two pictures, one of them described, and a document."""
    room_id = await anna.create_room(boris)
    lake = await upload(boris, room_id, photograph("JPEG"), "lake.jpg", alt="A lake at dawn")
    paper = await upload(boris, room_id, b"%PDF-1.4\n" + bytes(123_456), "plan.pdf")
    await posted(boris, room_id, lake, paper, text="by the lake")
    await posted(boris, room_id, await upload(boris, room_id, photograph("JPEG"), "boat.jpg"))
    return room_id


async def what_a_message_has(walk: Walk) -> None:
    await walk.reads("#m1", spoken.MESSAGE)
    await walk.page.locator("#m1 .post").focus()
    await walk.comes_to(spoken.POST)
    await walk.page.locator("#m2 .post").focus()
    await walk.comes_to(spoken.WITHOUT_TEXT)
    assert await barriers(walk.page) == [], "messages with files"


async def what_is_shown_large(walk: Walk) -> None:
    picture = walk.page.locator("#m1 .file-picture")
    await picture.focus()
    await walk.comes_to(spoken.PICTURE)
    await walk.page.keyboard.press("Enter")
    await walk.comes_to(spoken.OPENED)
    await walk.reads("#lightbox", spoken.LIGHTBOX)
    assert await barriers(walk.page) == [], "a picture in full size"
    await walk.hears(spoken.FIRST_PLACE)
    await walk.page.keyboard.press("+")
    await walk.reads("#lightbox [data-act=zoom]", spoken.ZOOMED)
    await walk.page.keyboard.press("0")
    await walk.page.keyboard.press("ArrowRight")
    await walk.hears(spoken.SECOND_PLACE)
    await walk.page.keyboard.press("Escape")
    await walk.comes_to(spoken.OTHER_PICTURE)


async def what_is_attached(walk: Walk) -> None:
    attach = walk.page.locator("#attach")
    await attach.focus()
    await walk.comes_to(spoken.ATTACH)
    await choose(walk.page, PHOTO, NOTE)
    await expect(walk.page.locator(".attachment canvas")).to_be_visible()
    await walk.hears(spoken.CHOSEN)
    await walk.reads(".attachments", spoken.TRAY)
    assert await barriers(walk.page) == [], "what is attached"
    await walk.page.locator(".attachment-alt").first.focus()
    await walk.comes_to(spoken.DESCRIBED)
    await walk.page.locator(".attachment").nth(1).get_by_role("button").press("Enter")
    await walk.comes_to("textbox: Message | textbox: Сообщение")
    await walk.page.locator(".attachment").get_by_role("button").press("Enter")
    await expect(walk.page.locator(".attachment")).to_have_count(0)


async def what_arrives(walk: Walk, boris: Person, room_id: int) -> None:
    lake = await upload(boris, room_id, photograph("JPEG"), "lake.jpg", alt="A lake at night")
    await posted(boris, room_id, lake)
    await walk.hears(spoken.ARRIVED)


async def what_is_found(walk: Walk) -> None:
    await walk.reads("main", spoken.FOUND)
    more = walk.page.locator(".search-more summary")
    await more.press("Enter")
    await walk.comes_to(spoken.MORE_OPENED)
    await walk.reads(".search-more", spoken.MORE)
    assert await barriers(walk.page) == [], "a search"


async def what_the_room_has(walk: Walk) -> None:
    await walk.reads("#title", "heading: Files | heading: Файлы")
    await walk.reads(".room-files", spoken.ROOM_FILES)
    assert await barriers(walk.page) == [], "the files of a room"
