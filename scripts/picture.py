"""Make the pictures of docs/images: room.png for the README, the others for docs/tour.md.

Run it by `make picture`. It serves a demo database of its own for as long as it takes.
"""

import asyncio
import base64
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal, NamedTuple

from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from tests.support.browser import launch
from tests.support.chat import Chat
from tests.support.databases import migrate, sqlite_url
from tests.support.person import Person
from tests.support.server import ROOT, Server, quart

IMAGES = ROOT / "docs" / "images"
PASSWORD = "beseda-demo"  # noqa: S105 (the demo prints it)
ME, ONLINE, TYPING = "anna", ("Антон", "Ольга", "jonas"), "emma"
DESK = ViewportSize(width=1180, height=760)
PHONE = ViewportSize(width=390, height=780)

Scheme = Literal["light", "dark"]
Act = Callable[[Page], Awaitable[None]]


class Look(NamedTuple):
    """How a page is looked at."""

    size: ViewportSize
    scheme: Scheme
    locale: str
    scale: float = 1


async def _find(page: Page) -> None:
    await page.keyboard.press("Control+K")
    await page.keyboard.type("o")
    await page.locator("#switcher-list > *").first.wait_for()


async def _list(page: Page) -> None:
    await page.locator("[data-drawer]:visible").first.click()


async def _nothing(_: Page) -> None:
    """The page as it opens."""


# name, path (None: the room), look, what is done there first
SCENES: list[tuple[str, str | None, Look, Act]] = [
    ("desk-dark-ru", None, Look(DESK, "dark", "ru"), _nothing),
    ("desk-light-en", None, Look(DESK, "light", "en"), _nothing),
    ("find-light-ru", None, Look(DESK, "light", "ru"), _find),
    ("profile-light-en", "/profile", Look(DESK, "light", "en"), _nothing),
    ("phone-light-ru", None, Look(PHONE, "light", "ru"), _nothing),
    ("phone-list-dark-en", None, Look(PHONE, "dark", "en"), _list),
]

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
    IMAGES.mkdir(exist_ok=True)
    async with async_playwright() as playwright, launch(playwright) as browser:
        studio = Studio(browser, me, room_id, chats[-1])
        desk = await studio.shot(None, Look(DESK, "light", "ru", 2))
        phone = await studio.shot(None, Look(PHONE, "dark", "ru", 2))
        page = await browser.new_page(viewport={"width": 1320, "height": 840})
        await page.set_content(FRAME.format(desk=_inline(desk), phone=_inline(phone)))
        await page.screenshot(path=IMAGES / "room.png", animations="disabled")
        for name, path, look, act in SCENES:
            (IMAGES / f"{name}.png").write_bytes(await studio.shot(path, look, act))
            print(f"Made {name}.png")
    for person in (me, *others):
        await person.close()


async def _somebody(server: Server, name: str) -> Person:
    person = Person(server)
    await person.login(name, PASSWORD)
    return person


def _inline(picture: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"


class Studio:
    """Where one person's pages are photographed."""

    def __init__(self, browser: Browser, me: Person, room_id: int, typist: Chat) -> None:
        self.browser = browser
        self.me = me
        self.room_id = room_id
        self.typist = typist

    async def shot(self, path: str | None, look: Look, act: Act = _nothing) -> bytes:
        """A PNG of the page, or of the room with somebody typing in it."""
        context = await self.browser.new_context(
            base_url=self.me.server.url,
            viewport=look.size,
            color_scheme=look.scheme,
            device_scale_factor=look.scale,
            locale=look.locale,
        )
        await context.add_cookies(
            [
                {"name": c.name, "value": c.value or "", "url": self.me.server.url}
                for c in self.me.http.cookies.jar
            ]
        )
        page = await context.new_page()
        await page.goto(path or f"/rooms/{self.room_id}/")
        if path is None:
            await self._wait_for_the_room(page)
        await act(page)
        # What is animated has come to rest.
        await page.evaluate(
            "Promise.all(document.getAnimations().map(a => a.finished.catch(() => 0)))"
        )
        picture = await page.screenshot(animations="disabled")
        await context.close()
        return picture

    async def _wait_for_the_room(self, page: Page) -> None:
        await page.locator('#connection[data-state="online"]').wait_for(state="attached")
        # An unchanged state is not told again at once.
        for is_typing in (False, True):
            await self.typist.send({"type": "typing", "is_typing": is_typing})
        await page.locator("#typing:not(:empty)").wait_for()


if __name__ == "__main__":
    asyncio.run(main())
