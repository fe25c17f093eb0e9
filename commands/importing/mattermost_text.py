"""Mattermost's markup is ours; names of people and of emoji are not."""

import re

from commands.importing.items import Names
from commands.importing.shortcodes import with_emoji

_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_NAME = re.compile(r"(?<![\w@])@([a-z0-9._\-]{1,64})", re.IGNORECASE)
# They are not to call everybody again.
_ALL = re.compile(r"(?<![\w@])@(all|channel|here)\b", re.IGNORECASE)


def mattermost_text(raw: str, names: Names) -> str:
    """A text of Mattermost's as it would be written here."""

    def named(found: re.Match[str]) -> str:
        name = found[1].rstrip("._-")
        username = names.username_of(name.lower())
        return f"@{username}{found[1][len(name) :]}" if username else found[0]

    parts = _CODE.split(raw)
    for index in range(0, len(parts), 2):
        plain = _ALL.sub(r"\1", parts[index])
        parts[index] = with_emoji(_NAME.sub(named, plain))
    return "".join(parts)
