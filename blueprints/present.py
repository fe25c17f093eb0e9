"""How stored things are shown on pages: bubbles, links in texts, times, initials."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from babel.dates import format_date, format_datetime

GROUPING = timedelta(minutes=5)
HUES = 12
# Without the marks that turn the writing direction: an address must read as what it is.
_LINK = re.compile(r"https?://[^\s<>\"'\u202a-\u202e\u2066-\u2069]+", re.IGNORECASE)
_CLOCKS = {"12": "hh:mm a"}
_TRAILING = ".,:;!?…»*_"


class Piece(NamedTuple):
    """A stretch of a message's text; a link's text is its own address."""

    text: str
    is_link: bool


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message in the timeline; a `continued` one follows its author's last one closely."""

    id: int
    author_id: int
    author: str
    text: str
    at: datetime
    is_own: bool
    is_read: bool
    client_id: str | None
    starts_day: bool
    continued: bool
    first_unread: bool


def bubbles(
    frames: Iterable[Mapping[str, Any]], user_id: int, last_read: int | None = None
) -> Iterator[Bubble]:
    """Bubbles of `chat_message` frames, oldest first, as `user_id` sees them.

    `last_read` is the reader's cursor: the first message of others after it is `first_unread`.
    """
    previous: Bubble | None = None
    looking_for_unread = last_read is not None
    for frame in frames:
        is_own = frame["user_id"] == user_id
        unread = looking_for_unread and not is_own and frame["message_id"] > (last_read or 0)
        looking_for_unread = looking_for_unread and not unread
        at = moment(frame["timestamp"])
        starts_day = previous is None or previous.at.date() != at.date()
        previous = Bubble(
            id=frame["message_id"],
            author_id=frame["user_id"],
            author=frame.get("display_name") or frame["username"],
            text=frame["message"],
            at=at,
            is_own=is_own,
            is_read=frame["is_read"],
            client_id=frame.get("client_id"),
            starts_day=starts_day,
            continued=not (starts_day or unread) and _continues(previous, frame["user_id"], at),
            first_unread=unread,
        )
        yield previous


def _continues(previous: Bubble | None, author_id: int, at: datetime) -> bool:
    if previous is None or previous.author_id != author_id:
        return False
    return at - previous.at < GROUPING


def pieces(text: str) -> list[Piece]:
    """The text cut at its http and https addresses; joined together again it is the same text."""
    found: list[Piece] = []
    end = 0
    for match in _LINK.finditer(text):
        address = _without_punctuation(match.group())
        if match.start() > end:
            found.append(Piece(text[end : match.start()], False))
        found.append(Piece(address, True))
        end = match.start() + len(address)
    if end < len(text):
        found.append(Piece(text[end:], False))
    return found


def _without_punctuation(address: str) -> str:
    while address[-1] in _TRAILING or (address[-1] in ")]}" and not _balanced(address)):
        address = address[:-1]
    return address


def _balanced(address: str) -> bool:
    opening = {")": "(", "]": "[", "}": "{"}[address[-1]]
    return address.count(opening) >= address.count(address[-1])


def moment(timestamp: str | datetime) -> datetime:
    """An aware time in UTC from an RFC 3339 string (or a time that is one already)."""
    at = datetime.fromisoformat(timestamp) if isinstance(timestamp, str) else timestamp
    return at.astimezone(UTC)


def iso(at: datetime) -> str:
    """A machine-readable time for `<time datetime>`, written as on the wire."""
    return moment(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day(at: datetime, locale: str) -> str:
    """The date as a heading: "23 November", with the year when it is not this one."""
    pattern = "d MMMM" if at.year == datetime.now(UTC).year else "d MMMM y"
    return str(format_date(at, pattern, locale=locale))


def when(at: datetime, locale: str, hours: str = "") -> str:
    """Date and time in UTC for readers without JavaScript, which shows local time in its place."""
    return str(format_datetime(at, f"d MMM, {_CLOCKS.get(hours, 'HH:mm')} 'UTC'", locale=locale))


def clock(at: datetime, locale: str, hours: str = "") -> str:
    """The time of day in UTC, for the same readers. `hours` is "12" for who counts to twelve."""
    return str(format_datetime(at, _CLOCKS.get(hours, "HH:mm"), locale=locale))


def initial(name: str) -> str:
    """The letter on an avatar."""
    return name[:1].upper()


def hue(number: int) -> str:
    """The CSS class of a user's or a room's own colour."""
    return f"hue-{number % HUES}"
