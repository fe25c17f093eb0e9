"""Single files that their authors take out of messages: told, gone, and gone from the disk."""

import pytest
from playwright.async_api import expect

from tests.support.axe import barriers
from tests.support.chat import Frame
from tests.support.factories import MakePerson, OpenTab
from tests.support.frames import check
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.photographs import photograph
from tests.support.server import Server
from tests.support.talk import talk
from tests.support.uploading import posted, stored_files, upload
from tests.support.waiting import eventually

PHONE = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True}
RUSSIAN = {**PHONE, "locale": "ru-RU", "color_scheme": "dark"}


async def removed(who: Person, room: int, view: Frame, message: int = 1) -> tuple[int, str]:
    """Ask for it; return the status and the code."""
    path = f"/api/rooms/{room}/messages/{message}/files/{view['id']}"
    answer = await who.http.delete(path)
    return answer.status_code, answer.json()["code"] if answer.content else ""


async def status(who: Person, view: Frame) -> int:
    return (await who.http.get(view["url"])).status_code


async def test_one_after_the_other(person: MakePerson, each_server: Server) -> None:
    """The rest stays; with the last one a message without a text is deleted."""
    two = await talk(person, each_server)
    one, other = [await upload(two.alice, two.room, name=name) for name in ("one.png", "other")]
    await posted(two.alice, two.room, one, other)
    assert await removed(two.bob, two.room, one) == (403, "not_author")
    assert await removed(two.alice, two.room, one, message=2) == (404, "not_found")
    before = stored_files(each_server)
    assert await removed(two.alice, two.room, one) == (204, "")
    frame = check(await two.b.expect("message_changed"))
    assert (frame["what"], frame["by"], frame["files"]) == ("files", two.alice.id, [other])
    assert (frame["change"], frame["message"]) == (2, "")
    assert "edited_at" not in frame
    assert await removed(two.alice, two.room, one) == (204, ""), "it is so already"
    assert [await status(two.bob, each) for each in (one, other)] == [404, 200]
    assert (await two.bob.changes(two.room, since=1))["changes"][-1] == frame
    await swept(each_server, before, 2)
    assert await removed(two.alice, two.room, other) == (204, "")
    tombstone = check(await two.b.expect("message_changed", change=3))
    assert (tombstone["what"], tombstone["is_deleted"]) == ("deleted", True)
    assert await removed(two.alice, two.room, other) == (204, "")
    await swept(each_server, before, 4)


async def swept(server: Server, before: set[str], count: int) -> None:
    """So many of the files that were there before are not there any more: each has a thumbnail."""

    async def are_gone() -> bool:
        return len(before - stored_files(server)) == count

    await eventually(are_gone, "the sweeper")


async def test_what_has_a_text_stays(person: MakePerson, each_server: Server) -> None:
    """And is found no more by what it had."""
    two = await talk(person, each_server)
    view = await upload(two.alice, two.room)
    await posted(two.alice, two.room, view, text="look")
    assert await removed(two.alice, two.room, view) == (204, "")
    (message,) = await two.bob.messages(two.room)
    assert (message["message"], "files" in message) == ("look", False)
    found = await two.bob.http.get("/api/search", params={"q": "has:file"})
    assert found.json()["messages"] == []


@pytest.mark.parametrize("options", [{}, RUSSIAN], ids=["desk", "phone"])
async def test_on_the_pages(
    person: MakePerson, shared_server: Server, tab: OpenTab, options: dict[str, object]
) -> None:
    """From the picture in full size, after a question; without JavaScript on the message's page."""
    anna, boris = await person("anna"), await person("boris")
    room = await anna.create_room(boris)
    photo = photograph("JPEG", (800, 600))
    files = [await upload(anna, room, photo, f"{number}.jpg") for number in range(2)]
    paper = await upload(anna, room, b"%PDF-1.4\n", "plan.pdf")
    await posted(anna, room, *files, paper, text="Look")
    guest = await Guest.of(await tab(shared_server, **options), anna)
    other = await Guest.of(await tab(shared_server), boris)
    for each in (guest, other):
        await each.enter(room)
        await each.move_pointer()  # What opens pictures is loaded with it, and this button.
        await expect(each.page.locator("#attach[role=button]")).to_be_visible()
    await other.page.locator(".file-picture").first.click()
    await expect(other.page.locator("#lightbox [data-act=close]")).to_be_visible()
    await expect(other.page.locator("#lightbox [data-act=remove]")).to_be_hidden()
    await other.page.keyboard.press("Escape")
    await by_the_picture(guest)
    await expect(other.page.locator(".file-picture")).to_have_count(1)
    await expect(other.page.get_by_role("img", name="1.jpg")).to_be_visible()
    await by_the_page(guest, room)
    await expect(other.page.locator(".file-card")).to_have_count(0)
    await expect(other.page.locator(".file-picture")).to_have_count(1)


async def by_the_picture(guest: Guest) -> None:
    """By the keyboard; whoever thinks better of it has lost nothing."""
    page = guest.page
    await page.locator(".file-picture").first.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#lightbox-title")).to_be_focused()
    sure = page.locator("#sure-remove-file")
    for answer in (1, 0):
        await page.locator("#lightbox [data-act=remove]").press("Enter")
        await expect(sure).to_be_visible()
        await expect(sure.get_by_role("button").last).to_be_focused()
        assert not await barriers(page)
        await sure.get_by_role("button").nth(answer).press("Enter")
        await expect(sure).to_be_hidden()
    await expect(page.locator("#lightbox")).to_be_hidden()
    await expect(page.locator(".file-picture")).to_have_count(1)
    await expect(page.locator("#toast")).not_to_be_empty()
    await expect(page.locator(".post").last).to_be_focused()


async def by_the_page(guest: Guest, room: int) -> None:
    page = guest.page
    await page.locator(".message-more").press("Enter")
    item = page.locator('[data-do="removeFiles"]')
    await expect(item).to_be_visible()
    await item.press("Enter")
    await expect(page).to_have_url(f"{page.url.split('/rooms')[0]}/rooms/{room}/messages/1#files")
    assert not await barriers(page)
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    await page.locator("#files form", has_text="plan.pdf").get_by_role("button").click()
    await expect(page.locator(".file-card")).to_have_count(0)
