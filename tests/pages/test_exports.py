"""Somebody saves what they have written, and an owner the room, which checks itself."""

from pathlib import Path
from zipfile import ZipFile

from playwright.async_api import Page, expect

from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server
from tests.support.uploading import PNG, posted, upload

PHONE = {"width": 390, "height": 844}
TEXT = 'Tea at five? <b>"yes"</b>\r\n\u2028 чай'


async def saved(page: Page, folder: Path) -> ZipFile:
    """Press the button, and save the file when it is there."""
    await page.get_by_role("button", name="Prepare an export").click()
    save = page.get_by_role("link", name="Save the file")
    await expect(save).to_be_visible(timeout=20_000)
    assert await barriers(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    async with page.expect_download() as download:
        await save.click()
    path = folder / (await download.value).suggested_filename
    await (await download.value).save_as(path)
    return ZipFile(path)


def between(html: bytes, where: bytes) -> bytes:
    """The page with something that nobody has said, before this line."""
    begin = html.rindex(b"<article", 0, html.index(where + b" \xc2\xb7"))
    return html[:begin] + b"<div>He said it</div>\n" + html[begin:]


async def test_own_data_and_a_room_are_saved(
    tab: OpenTab, person: MakePerson, shared_server: Server, tmp_path: Path
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room = await anna.create_room(boris)
    await boris.post(room, TEXT)
    await anna.http.put(f"/api/rooms/{room}/messages/1/reactions/👍")
    picture = await upload(anna, room, PNG, "<план>.png", alt='The "plan"')
    paper = await upload(anna, room, b"%PDF-1.4", "paper.pdf")
    await posted(anna, room, picture, paper, text="All right")
    await anna.post(room, "No")
    await anna.http.delete(f"/api/rooms/{room}/messages/3")
    guest = await Guest.of(await tab(shared_server, locale="en", viewport=PHONE), boris)
    await guest.page.goto("/profile")
    await guest.page.get_by_role("link", name="Prepare an export").click()
    archive = await saved(guest.page, tmp_path)
    assert "Tea at five?" in archive.read("index.html").decode()

    owner = await Guest.of(await tab(shared_server, locale="en", viewport=PHONE), anna)
    await owner.page.goto(f"/rooms/{room}/settings")
    await owner.page.get_by_role("link", name="Export the room").click()
    archive = await saved(owner.page, tmp_path)
    html = archive.read("index.html")
    archive.extractall(tmp_path)
    page = await owner.page.context.new_page()
    changes = [
        ("Nothing was changed", html),
        ("behind a gap: #1", html.replace(b"Tea at five", b"Tea at four")),
        ("behind a gap: #2", html.replace(b"All right</div>", b"All right</div><p>No</p>")),
        ("behind a gap: #2", html.replace(b"All right</div>", b"All right</div>No")),
        ("behind a gap: #2", html.replace(b"&gt;.png</a>", b"&gt;.gif</a>")),
        ("behind a gap: #2", html.replace(b'.pdf">paper', b'.png">paper')),
        ("behind a gap: #3", html.replace(b"Message deleted</div>", b"He said it</div>")),
        ("behind a gap: 5", html.replace(b"</article>\n<p", b"He said it</article>\n<p")),
        ("behind a gap: #2", between(html, b"#2")),
        ("The end is missing", html[: html.rindex(b"<article")] + html[html.index(b"<script>") :]),
    ]
    for number, (said, text) in enumerate(changes):
        assert number == 0 or text != html
        file = tmp_path / f"{number}.html"
        file.write_bytes(text)
        await page.goto(f"file://{file}")
        await expect(page.locator("#check")).to_contain_text(said)
    await page.goto(f"file://{tmp_path}/0.html")
    shown = page.get_by_role("img", name='The "plan"')
    await expect(shown).to_have_js_property("naturalWidth", 120)
    await expect(page.get_by_role("link", name="paper.pdf")).to_be_visible()
    assert await page.locator(".text").first.text_content() == TEXT
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
