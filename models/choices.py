"""What somebody has chosen for themselves: columns of their account."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct
from tortoise import fields
from tortoise.timezone import now

from errors import Refusal

AUTO, AWAY, BUSY, HIDDEN = "auto", "away", "dnd", "hidden"
Presence = Literal["auto", "away", "dnd", "hidden"]
# "keep": when the status before it would have.
Clears = Literal["never", "30m", "1h", "today", "keep"]
STATUS_MAX = 100
EMOJI_MAX = 32
_SPANS = {"30m": timedelta(minutes=30), "1h": timedelta(hours=1)}


class Choices:
    """What is empty is for the browser's language and look, the language's way to write the time,
    and the browser's time zone.
    """

    language = fields.CharField(max_length=8, default="", db_default="")
    theme = fields.CharField(max_length=8, default="", db_default="")
    time_format = fields.CharField(max_length=8, default="", db_default="")
    # Names of the IANA: the zone that was chosen, and the one that a browser of theirs was last in.
    time_zone = fields.CharField(max_length=64, default="", db_default="")
    browser_time_zone = fields.CharField(max_length=64, default="", db_default="")

    # How they are to be seen while they are there: as they are, away, not to be disturbed, not at
    # all.
    presence_choice = fields.CharField(max_length=8, default=AUTO, db_default=AUTO)
    status_emoji = fields.CharField(max_length=EMOJI_MAX, default="", db_default="")
    status_text = fields.CharField(max_length=STATUS_MAX, default="", db_default="")
    status_until: datetime | None = fields.DatetimeField(null=True)
    # The name of the picture's files.
    picture = fields.CharField(max_length=64, default="", db_default="")


CHOSEN_NOTHING = {
    name: field.default for name, field in vars(Choices).items() if isinstance(field, fields.Field)
}


class Appearance(Protocol):
    """What others see of somebody beside their names: an account has it, and rows of it."""

    @property
    def presence_choice(self) -> str: ...
    @property
    def status_emoji(self) -> str: ...
    @property
    def status_text(self) -> str: ...
    @property
    def status_until(self) -> datetime | None: ...
    @property
    def picture(self) -> str: ...


def has_status(person: Appearance) -> bool:
    """Whether they have a status at this moment."""
    is_over = person.status_until is not None and person.status_until <= now()
    return not is_over and bool(person.status_emoji or person.status_text)


class StatusChoice(Struct, frozen=True):
    """A status to keep, and for how long; with neither emoji nor text it is none."""

    emoji: Annotated[str, Meta(max_length=EMOJI_MAX)] = ""
    text: str = ""
    clears: Clears = "never"

    def checked(self) -> "StatusChoice":
        """With the text in one line. Raises Refusal: bad_status."""
        text = self.text if len(self.text) <= 4 * STATUS_MAX else "x" * 4 * STATUS_MAX
        text = " ".join(text.split())
        # What joins emoji is invisible, and belongs to them.
        shown = text.replace("\u200d", "").replace("\ufe0f", "")
        if len(text) > STATUS_MAX or not shown.isprintable():
            raise Refusal("bad_status", max=STATUS_MAX)
        return StatusChoice(self.emoji, text, self.clears)

    def until(self, time_zone: tzinfo, before: datetime | None) -> datetime | None:
        """When it is over for somebody in this zone; None: when they say so. `before`: when the
        status is over that they have.
        """
        if self.clears == "never" or not (self.emoji or self.text):
            return None
        if self.clears == "keep":
            return before if before and before > now() else None
        if self.clears in _SPANS:
            return now() + _SPANS[self.clears]
        today = now().astimezone(time_zone).date()
        return datetime.combine(today + timedelta(days=1), time(), time_zone).astimezone(UTC)
