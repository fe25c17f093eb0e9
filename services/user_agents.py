"""Which browser somebody logged in with, in words."""

from typing import NamedTuple

from translations import gettext

# What names itself by another's name too comes first: Edge says Chrome, and Chrome says Safari.
_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "YaBrowser": "Yandex Browser",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}
_HANDHELD = ("Android", "iPhone", "iPad")


class Agent(NamedTuple):
    """A browser and what it runs on; "" for what is not known."""

    browser: str
    system: str

    @classmethod
    def of(cls, user_agent: str) -> "Agent":
        """What the header User-Agent says. Of other programs the name before the slash."""
        browser = _first(_BROWSERS, user_agent) or user_agent.partition("/")[0].strip()[:40]
        return cls(browser, _first(_SYSTEMS, user_agent))

    @property
    def is_handheld(self) -> bool:
        return self.system in _HANDHELD

    def text(self, locale: str) -> str:
        """As in: Firefox on Windows."""
        if not self.browser:
            return gettext(locale, "An unknown browser")
        if not self.system:
            return self.browser
        return gettext(
            locale, "%(browser)s on %(system)s", browser=self.browser, system=self.system
        )


def _first(names: dict[str, str], user_agent: str) -> str:
    return next((name for mark, name in names.items() if mark in user_agent), "")
