"""What the list of rooms shows of the latest message of a room: who wrote it, and how it begins."""

import re
from functools import lru_cache
from typing import Literal

from msgspec import UNSET, Struct, UnsetType

LENGTH = 80  # Characters of the excerpt.
READ = 400  # So much of a text is looked at: marks and addresses take room; as models read it.

_SIGN = re.compile(r"[*_`~\\\[]|^[ \t]*[>-]", re.MULTILINE)
_CODE = re.compile(r"^[ \t]*```[^\n`]*\n(.*?)(?:```|\Z)|`++([^`\n]+)`++", re.DOTALL | re.MULTILINE)
_MARKS = (
    re.compile(r"\[([^\[\]\n]+)\]\(https?://[^\s()]*\)"),
    re.compile(r"^[ \t]*(?:>[ >]?|-[ \t])+()", re.MULTILINE),
    re.compile(r"\*\*(?=\S)([^*\n]+)\*\*"),
    re.compile(r"~~(?=\S)([^~\n]+)~~"),
    re.compile(r"(?<!\w)_(?=\S)([^_\n]+)_(?!\w)"),
    re.compile(r"\\([!-/:-@\[-`{-~])"),
)
_HELD = "\0"  # In the place of code; no message has it.


class LastMessage(Struct):
    """The latest message of a room. `message` is its beginning as plain text in one line, at most
    80 characters; nothing of a deleted one. `change` is its own: a higher one is newer.
    """

    message_id: int
    change: int
    user_id: int
    username: str
    display_name: str | UnsetType = UNSET
    message: str = ""
    is_deleted: Literal[True] | UnsetType = UNSET

    @property
    def shown_name(self) -> str:
        """What others see of the author's two names."""
        return self.display_name or self.username


def excerpt(text: str) -> str:
    """The beginning of a message in one line, without the signs of its markup; code as it is."""
    return _excerpt(text[:READ])


# 6 µs for a text with markup; most lists have the same texts as the one before.
@lru_cache(maxsize=4_096)
def _excerpt(text: str) -> str:
    line = " ".join((_plain(text) if _SIGN.search(text) else text).split())
    return line if len(line) <= LENGTH else f"{line[: LENGTH - 1].rstrip()}…"


def _plain(text: str) -> str:
    codes = [code[1] or code[2] or "" for code in _CODE.finditer(text)]
    plain = _CODE.sub(_HELD, text)
    for mark in _MARKS:
        plain = mark.sub(r"\1", plain)
    for code in codes:
        plain = plain.replace(_HELD, f" {code} " if "\n" in code else code, 1)
    # Of signs alone they are what was said.
    return plain if plain.strip() else text
