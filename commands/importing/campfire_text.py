"""Campfire's texts are HTML of its editor (Action Text); this makes markup of them."""

import base64
import binascii
import re
from html.parser import HTMLParser

from commands.importing.items import Names

_AROUND = {"strong": "**", "b": "**", "em": "_", "i": "_", "del": "~~", "s": "~~", "code": "`"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_BLOCKS = _HEADINGS | {"div", "p", "figure", "br", "pre", "blockquote", "li"}
_UNSEEN = {"script", "style", "template", "head"}
_USER = re.compile(rb"gid://[\w-]+/User/(\d{1,18})")
_SPACE = re.compile(r"[ \t\r\n]+")
SGID_MAX = 4_000


def campfire_text(raw: str, names: Names) -> str:
    """A text of Campfire's as it would be written here."""
    parser = _Parser(names)
    parser.feed(raw)
    parser.close()
    return re.sub(r"\n{3,}", "\n\n", parser.text()).strip()


class _Parser(HTMLParser):
    """Collects text. What is not closed, or never opened, does no harm."""

    def __init__(self, names: Names) -> None:
        super().__init__(convert_charrefs=True)
        self._names = names
        self._out: list[str] = []
        self._links: list[str] = []
        self._pre = self._quotes = self._unseen = 0

    def text(self) -> str:
        """What has been collected."""
        return "".join(self._out)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "a":
            self._links.append(dict(attrs).get("href") or "")
            self._write("[" if self._is_web() else "")
        elif tag == "action-text-attachment":
            self._attachment(dict(attrs))
        elif tag in _AROUND:
            self._write("" if self._pre else _AROUND[tag])
        else:
            self._begin_block(tag)

    def _begin_block(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_line(always=tag == "br")
        if tag == "pre":
            self._write("```\n")
            self._pre += 1
        elif tag == "blockquote":
            self._quotes += 1
        elif tag == "li":
            self._write("- ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "pre" and self._pre:
            self._pre -= 1
            self._end_line()
            self._write("```\n")
        elif tag == "blockquote" and self._quotes:
            self._end_line()
            self._quotes -= 1
            self._out.append("\n")
        elif tag == "a" and self._links:
            self._write(f"]({self._links[-1]})" if self._is_web() else "")
            self._links.pop()
        elif tag in _BLOCKS:
            self._end_line()
        elif tag in _AROUND and not self._pre:
            self._write(_AROUND[tag])

    def handle_data(self, data: str) -> None:
        if self._pre:
            first, *lines = data.split("\n")
            self._write(first)
            for line in lines:
                self._out.append("\n")
                self._write(line)
        else:
            plain = _SPACE.sub(" ", data)
            self._write(plain.lstrip() if self._at_start() else plain)

    def _write(self, text: str) -> None:
        if text and not self._unseen:
            prefix = "> " * min(self._quotes, 8) if self._at_start() else ""
            self._out.append(prefix + text)

    def _at_start(self) -> bool:
        return not self._out or self._out[-1].endswith("\n")

    def _end_line(self, *, always: bool = False) -> None:
        if always or not self._at_start():
            self._out.append("\n")

    def _is_web(self) -> bool:
        address = self._links[-1].lower()
        is_web = address.startswith(("http://", "https://"))
        return is_web and not any(each in address for each in "() \n[]")

    def _attachment(self, attributes: dict[str, str | None]) -> None:
        person = _mentioned(attributes.get("sgid") or "")
        username = self._names.username(person) if person else None
        if username:
            self._write(f"@{username}")
        elif name := attributes.get("filename") or attributes.get("url"):
            self._write(name)


def _mentioned(sgid: str) -> str | None:
    """Whom a signed id of Rails means. The signature is of no matter: it is only read."""
    data = sgid.partition("--")[0].encode(errors="ignore")[:SGID_MAX]
    for _ in range(2):  # Older ones have the id in another layer of base64.
        try:
            data = base64.urlsafe_b64decode(data + b"=" * (-len(data) % 4))
        except (binascii.Error, ValueError):
            return None
        if found := _USER.search(data):
            return found[1].decode()
        inner = re.search(rb'"message":"([\w+/=-]+)"', data)
        data = inner[1] if inner else b""
    return None
