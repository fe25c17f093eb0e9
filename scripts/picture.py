"""Make docs/images/room.png: the demo's kitchen by day on a desk and by night on a phone.

Run it by `make picture`. It serves a demo database of its own for as long as it takes.
"""

import asyncio
import base64
import tempfile
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, ViewportSize, async_playwright

from tests.support.browser import launch
from tests.support.chat import Chat
from tests.support.databases import migrate, sqlite_url
from tests.support.person import Person
from tests.support.server import ROOT, Server, quart

PICTURE = ROOT / "docs" / "images" / "room.png"
PASSWORD = "beseda-demo"  # noqa: S105 (the demo prints it)
ME, ONLINE, TYPING = "anna", ("Антон", "Ольга", "jonas"), "emma"
DESK = ViewportSize(width=1180, height=760)
PHONE = ViewportSize(width=390, height=780)

FRAME = """
<body style="margin: 0; background: #e9e4da">
<div style="position: relative; width: 1320px; height: 840px">
  <img src="{desk}" style="position: absolute; left: 40px; top: 40px; width: 1180px;
    border-radius: 14px; box-shadow: 0 18px 50px #0004">
  <img src="{phone}" style="position: absolute; right: 30px; bottom: 30px; width: 272px;
    border-radius: 26px; border: 7px solid #111; box-shadow: 0 18px 50px #0006">
</div>
"""


async def main() -> None:
    """Serve the demo, take both pictures, put them into one."""
    with tempfile.TemporaryDirectory(prefix="beseda-") as name:
        server = await _demo(Path(name))
        try:
            await _picture(server)
        finally:
            await server.stop()


async def _demo(folder: Path) -> Server:
    url = sqlite_url(folder / "demo.sqlite3")
    await migrate(url, folder)
    status, output = await quart("demo", folder, {"DATABASE_URL": url})
    if status != 0:
        raise SystemExit(output)
    server = Server(folder, {"DATABASE_URL": url})
    await server.start()
    return server


async def _picture(server: Server) -> None:
    me = await _somebody(server, ME)
    room_id = next(room["id"] for room in await me.rooms() if room["name"] == "Кухня")
    others = [await _somebody(server, name) for name in (*ONLINE, TYPING)]
    chats = [await other.connect(room_id, read="manual") for other in others]
    async with async_playwright() as playwright, launch(playwright) as browser:
        desk = await _shot(browser, me, room_id, DESK, "light", chats[-1])
        phone = await _shot(browser, me, room_id, PHONE, "dark", chats[-1])
        page = await browser.new_page(viewport={"width": 1320, "height": 840})
        await page.set_content(FRAME.format(desk=desk, phone=phone))
        PICTURE.parent.mkdir(exist_ok=True)
        await page.screenshot(path=PICTURE)
    for person in (me, *others):
        await person.close()
    print(f"Made {PICTURE.relative_to(ROOT)}")


async def _somebody(server: Server, name: str) -> Person:
    person = Person(server)
    await person.login(name, PASSWORD)
    return person


async def _shot(
    browser: Browser,
    me: Person,
    room_id: int,
    size: ViewportSize,
    scheme: Literal["light", "dark"],
    typist: Chat,
) -> str:
    context = await browser.new_context(
        base_url=me.server.url,
        viewport=size,
        color_scheme=scheme,
        device_scale_factor=2,
        locale="ru",
    )
    await context.add_cookies(
        [
            {"name": c.name, "value": c.value or "", "url": me.server.url}
            for c in me.http.cookies.jar
        ]
    )
    page = await context.new_page()
    await page.goto(f"/rooms/{room_id}/")
    await page.locator('#connection[data-state="online"]').wait_for(state="attached")
    await typist.send({"type": "typing", "is_typing": True})
    await page.locator("#typing:not(:empty)").wait_for()
    # What is animated has come to rest.
    await page.evaluate("Promise.all(document.getAnimations().map(a => a.finished.catch(() => 0)))")
    shot = await page.screenshot()
    await context.close()
    return f"data:image/png;base64,{base64.b64encode(shot).decode()}"


if __name__ == "__main__":
    asyncio.run(main())
