"""What can be done to a message that is there: see models/sql/message_changes.py."""

from typing import ClassVar

from msgspec import Struct

from models.mentioned_names import names_in

# The kinds of changes, as RoomChange and Message keep them and as `what` says them on the wire.
EDITED = "edited"
DELETED = "deleted"
PINNED = "pinned"
UNPINNED = "unpinned"
REACTED = "reacted"
UNREACTED = "unreacted"
FILES = "files"
REACTIONS = frozenset({REACTED, UNREACTED})

REACTION_KINDS_MAX = 20  # Different emoji under one message.
PINS_MAX = 50  # Pinned messages of one room.
ALL_MEMBERS_MAX = 20  # In a larger room only an owner mentions everybody.


class _Command(Struct, frozen=True, kw_only=True):
    """Who wants what done to which message. The same `client_id` again, from the same person in the
    same room for the same kind of command, changes nothing.
    """

    room_id: int
    user_id: int
    username: str
    display_name: str = ""
    message_id: int
    client_id: str | None = None


class EditMessage(_Command, frozen=True, kw_only=True):
    """Give one's own message another text, which has been checked.

    Attributes:
        base: the change that was edited from: not when another edit has come since.
        seconds: how long after it was posted a message can be edited; None: for ever.
        keeps_version: whether the earlier text is kept.
        names: those in the text, as a Post has them.
    """

    name: ClassVar[str] = "edit"

    body: str
    base: int | None = None
    seconds: int | None = None
    keeps_version: bool = True
    names: tuple[str, ...] | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """Keys of the usernames that the text mentions."""
        return names_in(self.body) if self.names is None else self.names


class DeleteMessage(_Command, frozen=True, kw_only=True):
    """Take the text of a message away, for good: one's own, or as an owner of the room."""

    name: ClassVar[str] = "delete"


class React(_Command, frozen=True, kw_only=True):
    """Put an emoji, in its canonical spelling, under a message, or take it away."""

    name: ClassVar[str] = "react"

    emoji: str
    is_on: bool


class PinMessage(_Command, frozen=True, kw_only=True):
    """Pin a message in its room, or no longer."""

    name: ClassVar[str] = "pin"

    is_pinned: bool


class RemoveFile(_Command, frozen=True, kw_only=True):
    """Take one file of one's own message away, for good. With the last one a message without a text
    is deleted.
    """

    name: ClassVar[str] = "remove_file"

    file_id: int


MessageCommand = EditMessage | DeleteMessage | React | PinMessage | RemoveFile


def command_id(command: MessageCommand) -> str | None:
    """What makes it safe to repeat, as RoomChange keeps it."""
    return None if command.client_id is None else f"{command.name}:{command.client_id}"
