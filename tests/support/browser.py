"""Real Chromium, one context for each user; whatever its console complains about fails the test."""

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, expect

from tests.support.waiting import START_DEADLINE

# Seconds. Several browsers, servers and tests share what may be two slow cores.
DEADLINE = 30.0
expect.set_options(timeout=DEADLINE * 1000)

# scripts/chromium.sh says why in this order.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def executable() -> str:
    """Return the path of the installed Chromium: $CHROMIUM, or the first of the usual names on
    PATH.
    """
    for name in filter(None, (os.environ.get("CHROMIUM"), *NAMES)):
        if path := shutil.which(name):
            return path
    raise RuntimeError(
        "No Chromium found: install the package chromium, or set CHROMIUM to its path"
    )


@asynccontextmanager
async def launch(playwright: Playwright, *flags: str) -> AsyncIterator[Browser]:
    """Start Chromium with the flags that a closed machine needs, and `flags`."""
    browser = await playwright.chromium.launch(
        executable_path=executable(), args=[*FLAGS, *flags], timeout=START_DEADLINE * 1000
    )
    try:
        yield browser
    finally:
        await browser.close()


class Tab:
    """One user's browser window: a context of its own, with one page.

    `complaints` collects console errors, uncaught exceptions and CSP violations. `allow` names
    those that a test
    provokes on purpose.
    """

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context = context
        self.page = page
        self.complaints: list[str] = []
        self._allowed: list[str] = []
        # The context's events are those of all its pages.
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))

    @classmethod
    async def open(cls, browser: Browser, base_url: str, **options: Any) -> "Tab":
        """Open a new context (see Browser.new_context for `options`) and a page in it."""
        # The headless shell has no language of its own.
        options.setdefault("locale", "en-US")
        context = await browser.new_context(base_url=base_url, **options)
        context.set_default_timeout(DEADLINE * 1000)
        return cls(context, await context.new_page())

    async def close(self) -> None:
        """Close the window; what its routes are still answering is nobody's failure."""
        # Without it a handler fails later, in the middle of whichever test runs then.
        for page in self.context.pages:
            await page.unroute_all(behavior="ignoreErrors")
        await self.context.unroute_all(behavior="ignoreErrors")
        await self.context.close()

    def allow(self, pattern: str) -> None:
        """Expect complaints that match the regular expression."""
        self._allowed.append(pattern)

    def unexpected(self) -> list[str]:
        """Return the complaints that no `allow` covers."""
        return [
            complaint
            for complaint in self.complaints
            if not any(re.search(pattern, complaint) for pattern in self._allowed)
        ]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")
