"""What people type: words, "exact words", -without, and operators such as from:anna."""

import re
from datetime import UTC, datetime, time, timedelta, tzinfo

from msgspec import Struct

from errors import Refusal

QUERY_MAX = 4_000
OPERATORS = frozenset({"from", "in", "has", "before", "after", "is"})
HAS = frozenset({"file", "link", "picture", "reaction"})

# An optional minus, an optional operator, then something in quotes or up to the next space.
_PART = re.compile(r'(-?)(?:([a-z]+):)?(?:"([^"]*)"|(\S+))')
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Query(Struct, kw_only=True):
    """What is asked for. `words` and `phrases` are to be there, the `unwanted` ones are not. A
    `room` is named as people name it; with both, it is the room of this number.
    """

    words: list[str] = []
    phrases: list[str] = []
    unwanted_words: list[str] = []
    unwanted_phrases: list[str] = []
    sender: str | None = None
    room: str | None = None
    room_id: int | None = None
    has: set[str] = set()
    after: datetime | None = None
    before: datetime | None = None
    is_pinned: bool = False

    @property
    def is_empty(self) -> bool:
        texts = (self.words, self.phrases, self.unwanted_words, self.unwanted_phrases)
        return not (
            any(texts) or any((self.sender, self.room, self.room_id, self.has, self.is_pinned))
        ) and (self.after is None and self.before is None)


def parse(text: str, zone: tzinfo) -> Query:
    """What this text asks for; dates are days in this zone. What looks like an operator and is
    none is text.

    Raises:
        Refusal: bad_search.
    """
    if len(text) > QUERY_MAX:
        raise Refusal("search_too_long", limit=QUERY_MAX)
    query = Query()
    for part in _PART.finditer(text):
        minus, operator, quoted, word = part.groups()
        if operator in OPERATORS and not minus:
            set_operator(query, operator, word if quoted is None else quoted, zone)
        elif operator is None and quoted is not None:
            some = query.unwanted_phrases if minus else query.phrases
            some += [quoted] if quoted.strip() else []
        else:
            whole = part[0].removeprefix(minus)
            (query.unwanted_words if minus else query.words).append(whole)
    return query


def set_operator(query: Query, operator: str, value: str, zone: tzinfo) -> None:
    """As `operator:value` in a text, also by a field of its own. Raises Refusal: bad_search."""
    wrong = Refusal("bad_search", problem=f"{operator}:{value[:80]}")
    match operator:
        case "from":
            query.sender = value.removeprefix("@")
        case "in":
            query.room = value.removeprefix("#")
        case "has" if value in HAS:
            query.has = query.has | {value}
        case "is" if value == "pinned":
            query.is_pinned = True
        case "before":
            query.before = _day(value, zone, wrong)
        case "after":
            query.after = _day(value, zone, wrong)
        case _:
            raise wrong


def _day(value: str, zone: tzinfo, wrong: Refusal) -> datetime:
    """When a day begins, or a moment with its offset."""
    try:
        moment = datetime.fromisoformat(value)
        if _DATE.fullmatch(value):
            moment = datetime.combine(moment.date(), time(), zone)
        elif moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        # Whoever compares with it adds some hours.
        if not timedelta(days=1) < moment.astimezone(UTC) - _FIRST:
            raise wrong
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise wrong from None


_FIRST = datetime(1, 1, 2, tzinfo=UTC)
