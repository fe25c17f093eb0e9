"""What the protocol shows of people. Fields are in the order of the wire; those that are UNSET are
left out.
"""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from protocol.appearance import Appearance
from protocol.encoding import Timestamp


class PersonView(Struct):
    """Somebody in a list of people. `display_name` is "" for none."""

    id: int
    username: str
    display_name: str

    @property
    def shown_name(self) -> str:
        """What others see of the two names."""
        return self.display_name or self.username


class MemberView(Appearance, kw_only=True):
    """A member of a room. Where `is_presence_hidden`, nothing else is told of their presence and of
    what they have read.
    """

    id: int
    username: str
    display_name: str
    role: str
    last_read: int
    last_seen: Timestamp | None
    is_presence_hidden: Literal[True] | UnsetType = UNSET
    is_online: bool
    is_ambiguous: Literal[True] | UnsetType = UNSET

    @property
    def shown_name(self) -> str:
        """What others see of the two names."""
        return self.display_name or self.username


class PartnerView(Struct, kw_only=True):
    """The other one of a direct conversation, in the list of rooms. `presence` and `picture` as in
    protocol.appearance.
    """

    id: int
    username: str
    display_name: str
    last_seen: Timestamp | None
    is_presence_hidden: Literal[True] | UnsetType = UNSET
    is_online: bool
    presence: Literal["away", "dnd"] | UnsetType = UNSET
    picture: str | UnsetType = UNSET


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


class PersonList(Struct):
    """People by name."""

    people: list[PersonView]
