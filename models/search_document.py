"""The terms of a message, and the numbers that the index has for them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from models.attached_file import files_of
from models.search_terms import BEGINNING, Alternatives, text_terms

HAS_FILE, HAS_PICTURE = "_file", "_picture"
# Of the number of a word, the bits that are not those of its first letters.
REST_BITS = 12
# Of messages that enter or leave the index in one transaction, for which whoever writes on SQLite
# waits: one in Chinese takes 2.5 µs a character.
CHARACTERS = 8_000
_TICK = timedelta(microseconds=1)
_FIRST = (1990, 1)  # What is older counts as of this month.


class Text(NamedTuple):
    """What is indexed of a message, as its row has it."""

    room_id: int
    author_id: int
    body: str
    files: str | None
    created_at: str | datetime


def fitting(texts: Sequence[Text]) -> int:
    """How many of these are few enough for one transaction; one at least, if there is any."""
    whole = 0
    for count, text in enumerate(texts):
        whole += len(text.body) + len(text.files or "")
        if count and whole > CHARACTERS:
            return count
    return len(texts)


def in_room(room_id: int) -> str:
    """The term of all messages of a room."""
    return f"_room{room_id}"


def by_author(user_id: int) -> str:
    """The term of all messages of a person."""
    return f"_author{user_id}"


def in_year(year: int) -> str:
    """The term of all messages of a year."""
    return f"_year{year}"


def in_month(year: int, month: int) -> str:
    """The term of all messages of a month."""
    return f"_month{year}-{month}"


def in_period(since: datetime | None, until: datetime | None, now: datetime) -> Alternatives:
    """The terms of all messages from the one on and before the other, in UTC: of whole years, and
    of months at the ends. Without an end it is next year.
    """
    year, month = _month_of(since) if since else _FIRST
    last = max(year, now.year) + 1, 12
    if until:
        last = min(last, _month_of(until - _TICK))
    found = []
    while (year, month) <= last:
        is_whole = month == 1 and (year, 12) <= last
        found.append(in_year(year) if is_whole else in_month(year, month))
        year, month = (year + 1, 1) if is_whole or month == 12 else (year, month + 1)
    return tuple((term,) for term in found or [in_month(*last)])


def _month_of(moment: str | datetime) -> tuple[int, int]:
    year, month = str(moment)[:7].split("-")
    return max((int(year), int(month)), _FIRST)


def document_terms(text: Text) -> set[str]:
    """All terms of a message."""
    files = files_of(text.files)
    found = text_terms([text.body, *(file.name for file in files)])
    year, month = _month_of(text.created_at)
    found |= {in_room(text.room_id), by_author(text.author_id)}
    found |= {in_year(year), in_month(year, month)}
    if files:
        found.add(HAS_FILE)
    if any(file.content_type.startswith("image/") for file in files):
        found.add(HAS_PICTURE)
    return found


@lru_cache(100_000)
def number_of(term: str) -> int:
    """The term as the index has it: a number of 32 bits, so that no word that was deleted is left
    in a database's files. Whoever reads a hit looks at its terms again. That of a word begins with
    that of its first letters: a beginning is looked for as a range of numbers.
    """
    number = _hashed(term)
    if not term.startswith("_"):
        number = _first_of(term) | number & (1 << REST_BITS) - 1
    return _signed(number)


def numbers_of(text: Text) -> list[int]:
    """What the index has of a message."""
    return sorted({number_of(term) for term in document_terms(text)})


def numbers_from(beginning: str) -> tuple[int, int]:
    """The least and the greatest number of words that begin so, and of some others."""
    first = _first_of(beginning)
    return _signed(first), _signed(first | (1 << REST_BITS) - 1)


def _first_of(term: str) -> int:
    return _hashed(term[:BEGINNING]) >> REST_BITS << REST_BITS


def _hashed(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest(), "big")


def _signed(number: int) -> int:
    return number - (number >> 31 << 32)
