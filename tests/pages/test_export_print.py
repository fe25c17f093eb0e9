"""The page of a room's export on paper: every word is on it, dark on white."""

import asyncio
import re
from io import BytesIO
from pathlib import Path

import pypdfium2
from playwright.async_api import Page, expect

from tests.accounts.test_exports import export
from tests.support.factories import MakePerson, OpenTab
from tests.support.person import Person
from tests.support.server import Server

MARGIN = 72 / 2.54 * 2  # Points of two centimetres.
WIDE = "x" * 400
LONG = "\n".join(f"line {number} of many" for number in range(120))
TEXTS = (WIDE, LONG, f"```py\n{'value = ' * 60}\n```", "До встречи в пять", "Last words")


async def said(anna: Person, room: int) -> None:
    """What is hard to fit on paper, and all that a message can have."""
    for text in TEXTS:
        await anna.post(room, text)
    path = f"/api/rooms/{room}/files"
    file = (await anna.http.post(path, params={"name": "plan.txt"}, content=b"1. Go")).json()
    sent = {"message": "", "files": [file["id"]]}
    assert (await anna.http.post(f"/api/rooms/{room}/messages", json=sent)).is_success
    await anna.http.put(f"/api/rooms/{room}/messages/5/reactions/👍")
    await anna.post(room, "Not meant")
    await anna.http.delete(f"/api/rooms/{room}/messages/7")


async def test_nothing_is_cut_on_paper(
    person: MakePerson, shared_server: Server, tab: OpenTab, tmp_path: Path
) -> None:
    anna = await person("anna")
    room = await anna.create_room()
    await said(anna, room)
    archive = await export(anna, f"/api/rooms/{room}/export")
    await asyncio.to_thread(archive.extractall, tmp_path)
    page = await (await tab(shared_server, color_scheme="dark")).context.new_page()
    await page.goto(f"file://{tmp_path}/index.html")
    await expect(page.locator("#check")).to_contain_text("Ничего не изменено")
    await expect(page.get_by_role("link", name="plan.txt")).to_have_count(1)
    paper = pypdfium2.PdfDocument(BytesIO(await page.pdf(format="A4")))
    found = "".join(map(words_of, paper))
    assert len(paper) > 2
    for text in (*TEXTS, "plan.txt", "Сообщение удалено", f"@{anna.username}"):
        assert re.sub(r"\s", "", text) in found, text
    assert "Notmeant" not in found
    for sheet in paper:
        shades = sheet.render().to_pil().convert("L").histogram()
        assert shades[255] > 0.7 * sum(shades), "it is printed on white"
        assert sum(shades[:100]) > 0, "in dark ink"
    await other_files_are_noticed(page, tmp_path)


async def other_files_are_noticed(page: Page, folder: Path) -> None:
    """Another name of a file, and another file by its name."""
    html = (folder / "index.html").read_text(encoding="utf-8")
    another = re.sub(r'href="files/[^"]+"', 'href="files/0.txt"', html)
    for changed in (html.replace(">plan.txt<", ">plot.txt<"), another):
        (folder / "changed.html").write_text(changed, encoding="utf-8")
        await page.goto(f"file://{folder}/changed.html")
        await expect(page.locator("#check")).to_contain_text("пропущено: #6")


def words_of(sheet: pypdfium2.PdfPage) -> str:
    """Return what is written on it, without spaces; nothing stands outside the margins."""
    text, (width, height) = sheet.get_textpage(), sheet.get_size()
    for index in range(text.count_chars()):
        left, bottom, right, top = text.get_charbox(index)
        if right > left:
            where = text.get_text_range(index, 1)
            assert left >= MARGIN - 1, where
            assert right <= width - MARGIN + 1, where
            assert bottom >= MARGIN - 1, where
            assert top <= height - MARGIN + 1, where
    return re.sub(r"\s", "", text.get_text_range())
