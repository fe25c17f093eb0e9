"""The lines of a room's export; keys that say nothing are left out."""

from msgspec import Struct


class _Line(Struct, frozen=True, omit_defaults=True, tag_field="type"):
    pass


class RoomLine(_Line, frozen=True, tag="room", kw_only=True):
    """The first one. Times are RFC 3339, in UTC. `history_from` is the first message that whoever
    has asked for it sees, where they do not see all.
    """

    format: int
    room_id: int
    name: str
    exported_at: str
    exported_by: str
    messages: int
    history_from: int = 0


class ExportedReaction(Struct, frozen=True):
    emoji: str
    count: int


class ExportedFile(Struct, frozen=True, omit_defaults=True):
    """A file of a message; `path` is where it lies in the zip, "" where it is not there.
    `alt` is what its author says of a picture.
    """

    name: str
    content_type: str
    bytes: int
    path: str = ""
    sha256: str = ""
    alt: str = ""


class MessageLine(_Line, frozen=True, tag="message", kw_only=True):
    """A message; of a deleted one there is no text."""

    message_id: int
    timestamp: str
    user_id: int
    username: str
    display_name: str = ""
    message: str | None = None
    edited_at: str = ""
    reply_to: int | None = None
    reactions: tuple[ExportedReaction, ...] = ()
    is_deleted: bool = False
    files: tuple[ExportedFile, ...] = ()


class EndLine(_Line, frozen=True, tag="end"):
    """The last one, with how many come before it."""

    lines: int


Line = RoomLine | MessageLine | EndLine
