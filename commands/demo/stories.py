"""The rooms of the demo, as told in the text files beside this one.

A file has the room's name (none for a direct conversation), its people (the first is the owner),
and then talk under headings that say when it began: `== 3 days ago, 09:15` (UTC) or
`== 40 minutes ago`.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

FOLDER = Path(__file__).parent / "rooms"

_DAYS = re.compile(r"== (\d+) days? ago, (\d\d):(\d\d)")
_RECENTLY = re.compile(r"== (\d+) (minutes|hours) ago")


@dataclass(frozen=True, slots=True)
class Line:
    """Something that somebody said."""

    at: datetime
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Story:
    """A room: its name, its people (the owner first) and what they said, oldest first."""

    room: str
    people: list[str]
    lines: list[Line]


def read_stories(now: datetime) -> list[Story]:
    """Read all rooms of the demo as if they had been talked in up to `now` (UTC)."""
    return [_story(path, now) for path in sorted(FOLDER.glob("*.txt"))]


def _story(path: Path, now: datetime) -> Story:
    room, people, *rest = path.read_text(encoding="utf-8").splitlines()
    # The same gaps in each run: a picture of the demo can be compared with the last one.
    gaps = random.Random(path.stem)  # noqa: S311
    return Story(room, people.split(", "), list(_lines(rest, now, gaps)))


def _lines(rows: list[str], now: datetime, gaps: random.Random) -> Iterator[Line]:
    at = now
    for row in rows:
        if row.startswith("== "):
            at = _beginning(row, now)
        elif row:
            author, _, text = row.partition(": ")
            yield Line(at, author, text)
            # Quick enough for the longest talk to fit between its heading and now.
            at += timedelta(seconds=gaps.randint(8, 100))


def _beginning(heading: str, now: datetime) -> datetime:
    if match := _DAYS.fullmatch(heading):
        days, hour, minute = map(int, match.groups())
        day = now - timedelta(days=days)
        return day.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if match := _RECENTLY.fullmatch(heading):
        return now - timedelta(**{match[2]: int(match[1])})
    raise ValueError(f"{heading!r} does not say when")
