"""Make static/data/emoji.json, which the emoji picker and the composer search, from what npm has:

    npm install emoji-picker-element-data@1.8.0
    python -m scripts.emoji node_modules/emoji-picker-element-data

It has what Unicode recommends, in its groups and its order, with the words of both languages, the
names that are written between colons, and which emoji have skin tones.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

import icu

from protocol.emoji import canonical_emoji

TARGET = Path(__file__).parent.parent / "static" / "data" / "emoji.json"
SOURCE = (
    "emoji-picker-element-data 1.8.0 (Apache-2.0), from emojibase-data 17.0.0 (MIT) and CLDR"
    " (Unicode License v3)"
)
TONES = "🏻🏼🏽🏾🏿"
# Not a hand between two people, who have the tone; static/js/room/emoji_tone.js says the same.
_BARE = re.compile("(.)\ufe0f?(?!\u200d🧑)", re.DOTALL)
_bases = icu.UnicodeSet(r"\p{Emoji_Modifier_Base}")

# By the numbers that emojibase gives them; 2 has parts of emoji.
GROUPS = {
    0: ("Smileys", "Смайлы"),
    1: ("People", "Люди"),
    3: ("Animals and nature", "Животные и природа"),
    4: ("Food and drink", "Еда и напитки"),
    5: ("Travel and places", "Путешествия и места"),
    6: ("Activities", "Занятия"),
    7: ("Objects", "Предметы"),
    8: ("Symbols", "Символы"),
    9: ("Flags", "Флаги"),
}


def main(package: Path) -> None:
    """Write the file."""
    english, russian = (_read(package / locale / "emojibase") for locale in ("en", "ru"))
    usual = _read(package / "en" / "github")
    groups = [
        {
            "en": names[0],
            "ru": names[1],
            "emoji": [
                _row(emoji, item, russian[emoji], usual.get(emoji, {}))
                for emoji, item in english.items()
                if item.get("group") == number
            ],
        }
        for number, names in GROUPS.items()
    ]
    text = json.dumps({"source": SOURCE, "groups": groups}, ensure_ascii=False, indent=0)
    TARGET.write_text(f"{text}\n", encoding="utf-8")


def _read(folder: Path) -> dict[str, dict[str, Any]]:
    """The emoji in their order, by the spelling that reactions have."""
    items = json.loads((folder / "data.json").read_text(encoding="utf-8"))
    spelled = {canonical_emoji(item["emoji"]): item for item in _in_order(items)}
    return {emoji: item for emoji, item in spelled.items() if emoji is not None}


def _in_order(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(items, key=lambda item: int(item["order"]))


def _row(
    emoji: str, english: dict[str, Any], russian: dict[str, Any], usual: dict[str, Any]
) -> str:
    """The emoji, its two names, the other words to find it by, what may stand between colons for
    it, and "t" where it has skin tones: with bars between.
    """
    names = english["annotation"].lower(), russian["annotation"].lower()
    codes = [*usual.get("shortcodes", ()), *english.get("shortcodes", ())]
    known = set(" ".join(names).split()) | set(codes)
    words = [*english.get("tags", ()), *russian.get("tags", ())]
    others = dict.fromkeys(word.lower() for word in words if word.lower() not in known)
    tones = "t" if has_tones(emoji) else ""
    return "|".join((emoji, *names, " ".join(others), " ".join(dict.fromkeys(codes)), tones))


def has_tones(emoji: str) -> bool:
    """Whether each tone of it is an emoji of its own."""
    toned = {with_tone(emoji, tone) for tone in TONES}
    return len(toned) == len(TONES) and all(canonical_emoji(each) == each for each in toned)


def with_tone(emoji: str, tone: str) -> str:
    """The emoji, each of its people in this tone of skin."""
    return _BARE.sub(
        lambda found: found[1] + tone if _bases.contains(found[1]) else found[0], emoji
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
