"""How messages and people are shown on pages: the timeline, times, initials."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from types import MappingProxyType

from babel.dates import format_date, format_datetime
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from blueprints.pages.event_lines import EventRun
from blueprints.pages.mentions import MentionMarks
from protocol.encoding import encode_json, timestamp
from protocol.people_views import MemberView
from protocol.views import MessageView, QuoteView

GROUPING = timedelta(minutes=5)
# A long run of one author's messages names them again at ids that can be divided by this, unless
# it has just begun. Few messages decide it: whatever a page has of a run, its author stands in it.
RUN = 10
HUES = 12  # As many as the style sheet has classes; pages have it for the scripts.
_CLOCKS = {"12": "h:mm a"}


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """A message in the timeline as one reader sees it. One that `is_continued` follows its author's
    last one closely, and does not name them again; `is_ambiguous` is one whose author's name looks
    like another's; `is_quote_blocked` is one that replies to somebody whom the reader has blocked.
    One that `is_mention` mentions the reader; `marked` is the HTML of one that mentions anybody.
    `events` is what has happened behind it in the room. `deleted_run` is the number of deleted
    messages that it is the first of, where they are folded, `is_collapsed` one that is not seen.
    """

    message: MessageView
    user_id: int
    is_own: bool
    is_ambiguous: bool
    is_blocked: bool
    is_quote_blocked: bool
    is_continued: bool
    is_first_unread: bool
    starts_day: bool
    is_mention: bool = False
    marked: Markup | None = None
    events: EventRun | None = None
    deleted_run: int = 0
    is_collapsed: bool = False
    picture: str = ""


def timeline(
    messages: Iterable[MessageView],
    user_id: int,
    first_unread: int | None = None,
    ambiguous: Collection[int] = (),
    blocked: Collection[int] = (),
    at: int | None = None,
    marks: MentionMarks | None = None,
    events: Mapping[int, EventRun] = MappingProxyType({}),
    zone: tzinfo = UTC,
    pictures: Mapping[int, str] = MappingProxyType({}),
) -> Iterator[TimelineItem]:
    """These messages, oldest first, as `user_id` sees them, who has `blocked` these people.
    `ambiguous` are those whose names look like another's, `at` is the message that was asked for,
    `marks` are for the names of those who are mentioned, `events` by the message that they stand
    behind; days begin in `zone`; `pictures` are those that authors have.
    """
    previous: MessageView | None = None
    previous_day: date | None = None
    run = 0
    for message in messages:
        day = local_day(message.timestamp, zone)
        starts_day = day != previous_day
        is_first_unread = message.message_id == first_unread
        is_apart = starts_day or is_first_unread or message.message_id - 1 in events
        follows = not is_apart and _continues(previous, message)
        run = run + 1 if follows else 0
        is_named_again = run >= RUN // 2 and message.message_id % RUN == 0
        yield TimelineItem(
            message,
            user_id,
            is_own=message.user_id == user_id,
            is_ambiguous=message.user_id in ambiguous,
            is_blocked=message.user_id in blocked,
            is_quote_blocked=_quoted_author(message) in blocked,
            is_continued=follows and not is_named_again and message.message_id != at,
            is_first_unread=is_first_unread,
            starts_day=starts_day,
            is_mention=marks is not None and marks.is_of_me(message),
            marked=marks.html(message) if marks else None,
            events=events.get(message.message_id),
            picture=pictures.get(message.user_id, ""),
        )
        previous, previous_day = message, day


def _quoted_author(message: MessageView) -> int | None:
    return message.reply_to.user_id if isinstance(message.reply_to, QuoteView) else None


def _continues(previous: MessageView | None, message: MessageView) -> bool:
    if previous is None or previous.user_id != message.user_id:
        return False
    return message.timestamp - previous.timestamp < GROUPING


def pictures(members: Iterable[MemberView]) -> dict[int, str]:
    """The pictures of those who have any."""
    return {each.id: each.picture for each in members if isinstance(each.picture, str)}


def iso(at: datetime) -> str:
    """A machine-readable time for `<time datetime>`, to the second: pages show no more of it, and
    have it a hundred times.
    """
    return f"{timestamp(at).rfc3339[:19]}Z"


def local_day(at: datetime, zone: tzinfo) -> date:
    """The day on which this is in this time zone."""
    return at.date() if zone is UTC else at.astimezone(zone).date()


def day(at: date, locale: str) -> str:
    """The date as a heading: "23 November", with the year when it is not this one."""
    pattern = "d MMMM" if at.year == datetime.now(UTC).year else "d MMMM y"
    return str(format_date(at, pattern, locale=locale))


def when(at: datetime, locale: str, hours: str = "", zone: tzinfo = UTC) -> str:
    """Date and time for readers without JavaScript, which shows the browser's in its place; in UTC,
    which is said, where nobody knows their time zone.
    """
    pattern = f"d MMM, {_CLOCKS.get(hours, 'HH:mm')}"
    pattern += " 'UTC'" if zone is UTC else ""
    return str(format_datetime(at, pattern, tzinfo=zone, locale=locale))


@lru_cache(maxsize=1_024)  # Said twice of each message, to those who see it and who hear it.
def clock(at: datetime, locale: str, hours: str = "", zone: tzinfo = UTC) -> str:
    """The time of day for the same readers. `hours` is "12" for who counts to twelve."""
    return str(format_datetime(at, _CLOCKS.get(hours, "HH:mm"), tzinfo=zone, locale=locale))


def initial(name: str) -> str:
    """The letter on an avatar."""
    return name[:1].upper()


def hue(number: int) -> str:
    """The CSS class of a user's or a room's own colour."""
    return f"hue-{number % HUES}"


def script_json(value: object) -> Markup:
    """The value as JSON inside of a script element, with times as on the wire."""
    return htmlsafe_json_dumps(value, dumps=lambda each: encode_json(each).decode())
