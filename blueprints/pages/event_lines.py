"""Who has come and gone in a room, and the like, in quiet lines between the messages. The scripts
write the same ones: static/js/room/event_lines.js.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from models.room_change import HISTORY_HIDDEN, HISTORY_KEPT, HISTORY_SHOWN, REMOVAL
from protocol.people_views import PersonView
from protocol.views import RoomEventView
from translations import gettext, ngettext

LINES_MAX = 3  # More in one place are folded.
NAMES_MAX = 3  # Of more people than these, two are named.

# The texts of one person's line, and of several people's.
EVENT_TEXTS = {
    "event_joined": "%(name)s came into the room",
    "event_added": "%(name)s was added by %(actor)s",
    "event_left": "%(name)s left the room",
    "event_removed": "%(name)s was removed by %(actor)s",
    "event_owner": "%(name)s is an owner now",
    "event_member": "%(name)s is no longer an owner",
    "event_role": "%(name)s has another role now",
    "event_renamed": "%(actor)s renamed the room",
    "event_archived": "%(actor)s archived the room",
    "event_unarchived": "%(actor)s opened the room again",
    "event_slowed": "%(actor)s turned slow mode on",
    "event_unslowed": "%(actor)s turned slow mode off",
    "event_owners_write": "%(actor)s made it a room where only owners write",
    "event_members_write": "%(actor)s made it a room where everybody writes",
    "events_joined": "%(names)s came into the room",
    "events_left": "%(names)s left the room",
    "events_removed": "%(names)s were removed from the room",
    "event_somebody": "Somebody",
    "event_last_name": "%(names)s and %(last)s",
    "event_more_names": "%(names)s and %(count)s others",
}
# Rare ones, whose texts go with them: the pages' scripts have none.
RARE_TEXTS = {
    HISTORY_SHOWN: "%(actor)s lets newcomers see what was said before them",
    HISTORY_KEPT: "%(actor)s changed for how long messages are kept here",
    HISTORY_HIDDEN: "%(actor)s no longer lets newcomers see what was said before them",
}
# Which of them are told of several people at once.
SHARED = ("joined", "left", "removed")


@dataclass(frozen=True, slots=True)
class EventLine:
    """What is said, and when the last of it has happened."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EventRun:
    """All that stands behind one message. `is_folded`: too many lines to be shown at once."""

    lines: list[EventLine]
    count: int

    @property
    def is_folded(self) -> bool:
        return len(self.lines) > LINES_MAX


def event_runs(events: Sequence[RoomEventView], locale: str) -> dict[int, EventRun]:
    """By the message that they stand behind. The events get their texts, for the scripts."""
    add_texts(events, locale)
    runs: dict[int, list[RoomEventView]] = defaultdict(list)
    for event in events:
        runs[event.after].append(event)
    return {after: EventRun(_lines(run, locale), len(run)) for after, run in runs.items()}


def _lines(run: Sequence[RoomEventView], locale: str) -> list[EventLine]:
    grouped = groupby(enumerate(run), key=_group)
    groups = [[event for _, event in group] for _, group in grouped]
    return [EventLine(_text(group, locale), group[-1].timestamp) for group in groups]


def _group(numbered: tuple[int, RoomEventView]) -> tuple[str, int]:
    """What follows each other with the same group shares a line."""
    place, event = numbered
    return event.what, 0 if event.what in SHARED else place


def _text(group: Sequence[RoomEventView], locale: str) -> str:
    first, names = group[0], [_name(event.person, locale) for event in group]
    if text := _own_text(first, locale):
        return text
    if len(group) > 1:
        return gettext(locale, EVENT_TEXTS[f"events_{first.what}"], names=_joined(names, locale))
    what = "added" if first.what == "joined" and first.actor != first.person else first.what
    text = EVENT_TEXTS[f"event_{what}"]
    return gettext(locale, text, name=names[0], actor=_name(first.actor, locale))


def add_texts(events: Iterable[RoomEventView], locale: str) -> None:
    """To those that the scripts of the page have no texts for: they are rare."""
    for event in events:
        if text := _own_text(event, locale):
            event.text = text


def _own_text(event: RoomEventView, locale: str) -> str:
    """Of one that has a text of its own; "" of any other."""
    if event.what in RARE_TEXTS:
        return gettext(locale, RARE_TEXTS[event.what], actor=_name(event.actor, locale))
    return _removal_text(event, locale) if event.what == REMOVAL else ""


def _removal_text(event: RoomEventView, locale: str) -> str:
    text = ngettext(
        locale,
        "%(actor)s deleted %(num)s message of %(name)s",
        "%(actor)s deleted %(num)s messages of %(name)s",
        event.count if isinstance(event.count, int) else 0,
        actor=_name(event.actor, locale),
        name=_name(event.person, locale),
    )
    return f"{text}: \u2068{event.reason}\u2069" if event.reason else text


def _joined(names: list[str], locale: str) -> str:
    if len(names) > NAMES_MAX:
        first, count = ", ".join(names[: NAMES_MAX - 1]), len(names) - NAMES_MAX + 1
        return gettext(locale, EVENT_TEXTS["event_more_names"], names=first, count=count)
    first, last = ", ".join(names[:-1]), names[-1]
    return gettext(locale, EVENT_TEXTS["event_last_name"], names=first, last=last)


def _name(person: PersonView | object, locale: str) -> str:
    """In isolates: a name that is written from the right leaves the sentence as it is."""
    if not isinstance(person, PersonView):
        return gettext(locale, EVENT_TEXTS["event_somebody"])
    return f"\u2068{person.display_name or person.username}\u2069"
