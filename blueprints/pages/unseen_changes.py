"""What a page tells of what has changed since its reader was last there."""

import re
from typing import NamedTuple

from blueprints.context import services
from blueprints.pages.history_window import Excerpt
from models import Membership
from models.queries.unseen_changes import UnseenChanges

CONTEXT = 24  # Words, and blanks between them, on either side of what was changed.
LONGEST = 1_000  # Characters of what was taken out, or put in.

_WORDS = re.compile(r"\s+|\S+")


class TextDiff(NamedTuple):
    """What was changed in a text, with some words around it."""

    before: str
    removed: str
    added: str
    after: str


async def unseen_fold(member: Membership, shown: Excerpt) -> UnseenChanges | None:
    """What is told above the first unread message, or at the end; None where the page shows
    neither, or there is nothing to tell.
    """
    is_there = any(each.message_id == shown.first_unread for each in shown.messages)
    if not is_there and shown.newer is not None:
        return None
    return await services().message_details.unseen(member) or None


def text_diff(earlier: str, now: str) -> TextDiff:
    """All from the first word that differs to the last one. Where the page has scripts these
    compare what is between word by word.
    """
    a, b = _WORDS.findall(earlier), _WORDS.findall(now)
    start = _common(a, b)
    end = _common(a[start:][::-1], b[start:][::-1])
    before, after = b[:start], b[len(b) - end :]
    return TextDiff(
        "…" * (start > CONTEXT) + "".join(before[-CONTEXT:]),
        _cut("".join(a[start : len(a) - end])),
        _cut("".join(b[start : len(b) - end])),
        "".join(after[:CONTEXT]) + "…" * (end > CONTEXT),
    )


def _common(a: list[str], b: list[str]) -> int:
    """How many words at their beginnings are the same."""
    pairs = enumerate(zip(a, b, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(a), len(b)))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
