"""Emoji by their names between colons, as our own list of emoji has them."""

import json
import re
from functools import lru_cache
from pathlib import Path

from protocol.emoji import canonical_emoji

FILE = Path(__file__).parents[2] / "static" / "data" / "emoji.json"

_CODE = re.compile(r":([a-z0-9_+\-']{1,60})(?:::skin-tone-([2-6]))?:")
_TONES = {str(tone): chr(0x1F3F9 + tone) for tone in range(2, 7)}


def emoji_of(text: str) -> str | None:
    """The emoji that is written so, or that this is; None for what is none of Unicode's."""
    if found := _CODE.fullmatch(text):
        return _named(found)
    return canonical_emoji(text)


def with_emoji(text: str) -> str:
    """A text with the emoji in place of their names; names of others stay."""
    return _CODE.sub(lambda found: _named(found) or found[0], text) if ":" in text else text


def _named(found: re.Match[str]) -> str | None:
    emoji = _by_code().get(found[1])
    if emoji is None:
        return None
    tone = _TONES.get(found[2] or "", "")
    return (canonical_emoji(emoji + tone) if tone else None) or canonical_emoji(emoji)


@lru_cache(maxsize=1)
def _by_code() -> dict[str, str]:
    codes: dict[str, str] = {}
    for group in json.loads(FILE.read_text(encoding="utf-8"))["groups"]:
        for line in group["emoji"]:
            emoji, _, _, _, spellings, *_ = line.split("|")
            for code in spellings.split():
                codes.setdefault(code, emoji)
    return codes
