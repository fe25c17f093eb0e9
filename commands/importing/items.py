"""What every export has, whichever chat it comes from."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Literal, Protocol

from msgspec import Struct

Format = Literal["slack", "mattermost", "campfire"]
RoomKind = Literal["public", "private", "direct"]
# Of so many messages so many are done, 0 of 0 before it is known: called often.
Tell = Callable[[int, int], Awaitable[None]]


class SourcePerson(Struct, frozen=True):
    """Somebody there. `username` is what they would like to be called."""

    id: str
    username: str
    shown: str = ""
    email: str = ""
    is_gone: bool = False
    is_bot: bool = False
    where: str = ""


class SourceRoom(Struct, frozen=True):
    """A room there; of a direct one the members are everybody in it."""

    id: str
    name: str
    kind: RoomKind
    topic: str = ""
    members: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    is_archived: bool = False
    where: str = ""


class SourceReaction(Struct, frozen=True):
    """An emoji, or its name between colons, and who has put it there."""

    emoji: str
    person: str


class SourceMessage(Struct, frozen=True):
    """A message there. `at` and `edited` are microseconds since 1970; `text` has the markup of
    where it comes from.
    """

    id: str
    room: str
    author: str
    at: int
    text: str
    parent: str = ""
    edited: int = 0
    is_pinned: bool = False
    files: tuple[str, ...] = ()
    reactions: tuple[SourceReaction, ...] = ()
    where: str = ""


class LeftOut(Struct, frozen=True):
    """Something that is not imported, whatever is in the database."""

    kind: str
    reason: str
    where: str


Item = SourcePerson | SourceRoom | SourceMessage | LeftOut


class Names(Protocol):
    """What people of the source, and its rooms, are called."""

    def username(self, person: str) -> str | None:
        """The username here of somebody there; None for nobody."""

    def username_of(self, name: str) -> str | None:
        """The same, by the username there."""


class Source(Protocol):
    """An export that is read from its beginning to its end."""

    def items(self) -> Iterator[Item]:
        """Everything in it, in any order."""

    def text(self, raw: str, names: Names) -> str:
        """A text of it in our markup."""


class BadExportError(Exception):
    """Says in one line why it cannot be read at all."""
