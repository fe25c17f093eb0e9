"""Who has read a message, as its author is told, and who has reacted to it."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from protocol.views import PersonView


class ReaderView(PersonView):
    """Somebody who has read up to a message; `is_edited_since`: it was edited after they were here
    for the last time.
    """

    is_edited_since: Literal[True] | UnsetType = UNSET


class ReaderList(Struct):
    """The readers of a message by name, of so many `others` in the room."""

    readers: list[ReaderView]
    others: int


class ReactedView(Struct):
    """An emoji under a message, how many have put it there, and who of the first 50, but whom the
    one who asks has blocked.
    """

    emoji: str
    count: int
    people: list[PersonView]


class ReactedList(Struct):
    """The emoji under a message."""

    reactions: list[ReactedView]
