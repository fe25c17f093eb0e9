"""A committed change as it goes to a room's connections."""

from collections.abc import Sequence

from msgspec import Struct

from realtime.connection import Connection


class EncodedChange(Struct, frozen=True):
    """A committed change on its way to the room's connections.

    Attributes:
        first: the first of the changes that it merges; of one alone, `change`.
        change: its number.
        message_id: of the message that it is about, of several the last one; 0 for any other
            change.
        frame: what the connections are sent.
        replies: the connections that are sent an answer right after it, before anything else.
        left: the user who has left the room by it; 0 of any other change.
    """

    first: int
    change: int
    message_id: int
    frame: bytes
    replies: Sequence[tuple[Connection, bytes]] = ()
    left: int = 0
