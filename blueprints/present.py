"""How stored things are shown on pages: bubbles, times, initials."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from babel.dates import format_date, format_datetime

GROUPING = timedelta(minutes=5)
HUES = 12
_CLOCKS = {"12": "h:mm a"}


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message in the timeline; a `continued` one follows its author's last one closely.
    `html` is None for a plain text.
    """

    id: int
    author_id: int
    author: str
    text: str
    html: str | None
    at: datetime
    is_own: bool
    is_read: bool
    client_id: str | None
    starts_day: bool
    continued: bool
    first_unread: bool


def bubbles(
    frames: Iterable[Mapping[str, Any]], user_id: int, first_unread: int | None = None
) -> Iterator[Bubble]:
    """Bubbles of `chat_message` frames, oldest first, as `user_id` sees them."""
    previous: Bubble | None = None
    for frame in frames:
        unread = frame["message_id"] == first_unread
        at = moment(frame["timestamp"])
        starts_day = previous is None or previous.at.date() != at.date()
        previous = Bubble(
            id=frame["message_id"],
            author_id=frame["user_id"],
            author=frame.get("display_name") or frame["username"],
            text=frame["message"],
            html=frame.get("html"),
            at=at,
            is_own=frame["user_id"] == user_id,
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
