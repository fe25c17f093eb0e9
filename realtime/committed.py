"""What the journal has stored, for whoever listens after commit."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from models import StoredMessage
from models.message_change import MessageChange
from models.room_change import StoredChange
from realtime.connection import Connection


class Committed(Struct, frozen=True):
    """One change of a room that is in the database under its number.

    Attributes:
        content: the message, what was done to one, or the fact that is recorded of another change.
        is_repeat: nothing was stored: it was stored before by the same command, or is so already.
        sender: the connection that the command came from, if it came by one.
        began: time.perf_counter() when the command arrived.
        client_id: of the command; a post has its own.
    """

    content: StoredMessage | MessageChange | StoredChange
    is_repeat: bool
    sender: Connection | None
    began: float
    client_id: str | None = None

    @property
    def room_id(self) -> int:
        return self.content.room_id

    @property
    def change(self) -> int:
        return self.content.change


# Called with changes that were committed together, in the order of rooms and numbers. Must neither
# block nor wait; what it raises is logged, and keeps no other listener from being called.
CommitListener = Callable[[Sequence[Committed]], None]
