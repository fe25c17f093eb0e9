"""Slack's markup in ours: `*bold*` is `**bold**`, `<@U1>` is `@anna`."""

import re
from urllib.parse import urlsplit

from commands.importing.items import Names
from commands.importing.shortcodes import with_emoji

# What stands in code has no markup, but entities and references.
_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_REFERENCE = re.compile(r"<([^<>\n]{1,4000})>")
_BOLD = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,2000})(?<!\s)\*(?![\w*])")
_STRUCK = re.compile(r"(?<![\w~])~(?=[^\s~])([^~\n]{1,2000})(?<!\s)~(?![\w~])")
_SCHEMES = ("http", "https")


def slack_text(raw: str, names: Names) -> str:
    """A text of Slack's as it would be written here."""
    parts = _CODE.split(raw)
    return "".join(
        _code(part) if index % 2 else _prose(part, names) for index, part in enumerate(parts)
    )


def _code(part: str) -> str:
    # An address in code stays what was typed.
    return _unescaped(_REFERENCE.sub(lambda found: found[1].partition("|")[0], part))


def _prose(part: str, names: Names) -> str:
    # Addresses are not to be taken for markup: they have underscores and stars.
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(_reference(found[1], names))
        return f"\x00{len(kept) - 1}\x01"

    text = _REFERENCE.sub(keep, part.replace("\x00", "").replace("\x01", ""))
    text = _STRUCK.sub(r"~~\1~~", _BOLD.sub(r"**\1**", text))
    text = with_emoji(_unescaped(text))
    return re.sub(r"\x00(\d+)\x01", lambda found: kept[int(found[1])], text)


def _reference(inner: str, names: Names) -> str:
    target, _, label = inner.partition("|")
    label = _unescaped(label)
    if target.startswith("@"):
        username = names.username(target[1:])
        return f"@{username or label.removeprefix('@') or target[1:]}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        # Without the @: it is not to call everybody again.
        return label or target[1:].partition("^")[0]
    return _link(_unescaped(target), label)


def _link(address: str, label: str) -> str:
    if address.startswith("mailto:"):
        return label or address.removeprefix("mailto:")
    try:
        is_web = urlsplit(address).scheme.lower() in _SCHEMES
    except ValueError:
        is_web = False
    if not is_web or not label or label == address or any(each in label for each in "[]\n"):
        return address if not label or label == address else f"{label} ({address})"
    if any(each in address for each in "() "):
        return f"{label} ({address})"
    return f"[{label}]({address})"


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
