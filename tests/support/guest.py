"""Somebody who uses Beseda's own pages in a browser."""

import re

from playwright.async_api import Locator, Page, expect

from tests.support.browser import Tab
from tests.support.person import PASSWORD, Person


class Guest:
    """A person at a browser window, and what they do and see in it."""

    def __init__(self, tab: Tab, page: Page | None = None) -> None:
        self.tab = tab
        self.page = page or tab.page
        self.messages = self.page.locator("#messages li.message")
        self.composer = self.page.locator("form#composer textarea[name=message]")
        self.typing = self.page.locator("#typing")
        self.connection = self.page.locator("#connection")

    @classmethod
    async def of(cls, tab: Tab, person: Person) -> "Guest":
        """Sit down as somebody who has logged in already, through the JSON API."""
        await tab.context.add_cookies(
            [
                {"name": cookie.name, "value": cookie.value or "", "url": person.server.url}
                for cookie in person.http.cookies.jar
            ]
        )
        return cls(tab)

    async def register(self, username: str) -> None:
        """Fill in the form at /register. The first one of a server skips what it is asked then."""
        await self.page.goto("/register")
        await self.page.fill("[name=username]", username)
        await self.page.fill("[name=password]", PASSWORD)
        await self.submit()
        await expect(self.page).to_have_url(re.compile("/(rooms/|welcome)$"))
        if self.page.url.endswith("/welcome"):
            await self.page.get_by_role("link", name=re.compile("^(Skip|Пропустить)$")).click()
            await expect(self.page).to_have_url(re.compile("/rooms/$"))

    async def login(self, username: str) -> None:
        """Fill in the form at /login, wherever the browser was led to it from."""
        await self.page.fill("[name=username]", username)
        await self.page.fill("[name=password]", PASSWORD)
        await self.submit()

    async def submit(self) -> None:
        """Press the button of the page's only form that somebody can fill in."""
        await self.page.locator(
            "main form:has(input:not([type=hidden])) button[type=submit]"
        ).click()

    async def make_room(self, name: str, *usernames: str) -> int:
        """Fill in the form at /rooms/new; return the room's id."""
        await self.page.goto("/rooms/new")
        await self.page.fill("[name=name]", name)
        await self.page.fill("[name=members]", ", ".join(usernames))
        await self.submit()
        await expect(self.page).to_have_url(re.compile(r"/rooms/\d+/$"))
        return int(self.page.url.rstrip("/").rpartition("/")[2])

    async def enter(self, room_id: int) -> None:
        """Open the room's page and wait until it is live."""
        await self.page.goto(f"/rooms/{room_id}/")
        await self.online()

    async def online(self) -> None:
        """Wait until the page says that it is connected; it may be some time before it tries."""
        await expect(self.connection).to_have_attribute("data-state", "online", timeout=40_000)

    async def move_pointer(self) -> None:
        """Move the pointer: much of a room is loaded with the first sign that somebody is there."""
        await self.page.locator("#title").hover()

    async def say(self, text: str) -> None:
        """Type a message and press Enter."""
        await self.composer.fill(text)
        await self.composer.press("Enter")

    def message(self, text: str) -> Locator:
        """The bubbles with exactly this text."""
        return self.messages.filter(
            has=self.page.locator(".text", has_text=re.compile(f"^{re.escape(text)}$"))
        )

    async def sees(self, text: str) -> None:
        """Wait until the message is shown as stored; AssertionError when it is not, or twice."""
        await expect(self.message(text)).to_have_attribute("data-state", "sent")

    async def texts(self) -> list[str]:
        """Return all messages shown, from the top."""
        return await self.messages.locator(".text").all_inner_texts()

    async def ids(self) -> list[int]:
        """Return the message ids shown, from the top; messages under way have none."""
        found: list[int] = await self.messages.evaluate_all(
            "items => items.map(item => Number(item.dataset.messageId || 0)).filter(Boolean)"
        )
        return found

    def member(self, person: Person) -> Locator:
        """The line about somebody in the list of members."""
        return self.page.locator(f'#members li[data-user-id="{person.id}"]')
