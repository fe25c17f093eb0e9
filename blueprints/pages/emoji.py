"""Messages of nothing but a few emoji, which are shown bigger: as static/js/lib/emoji.js does."""

import re

# What is shown as a picture by itself, of the Unicode blocks below U+10000 and above.
_PICTURE = (
    "[\u231a\u231b\u23e9-\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab"
    "\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2-\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728"
    "\u274c\u274e\u2753-\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55"
    "\U0001f004\U0001f0cf\U0001f18e-\U0001f64f\U0001f680-\U0001faff]"
)
# What is one only with a mark after it, and a key with a number on it.
_MARKED = "(?:[\u00a9\u00ae\u203c-\u3299]\ufe0f|[0-9#*]\ufe0f?\u20e3)"
_PART = f"(?>(?:{_PICTURE}\ufe0f?|{_MARKED})[\U0001f3fb-\U0001f3ff]?[\U000e0020-\U000e007f]*)"
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
# Each emoji is read in one way, the longest, and not in another when the text turns out to go on:
# a chain of parts with two readings each took a hundred characters a year.
_JUMBO = re.compile(rf"\s*+(?:(?>{_FLAG}|{_PART}(?:\u200d{_PART})*+)\s*+){{1,5}}+")


def jumbo(text: str) -> bool:
    """Whether the text is one to five emoji and nothing else."""
    return len(text) < 100 and _JUMBO.fullmatch(text) is not None
