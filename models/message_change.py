"""What a command has done to a message, and the fact that is recorded of it."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from errors import Refusal
from models.message_commands import DELETED
from models.stored_message import StoredMessage


class MessageChange(Struct, frozen=True):
    """What a command has done.

    Attributes:
        message: as it is after this change, whose number it has; as it is, where nothing changed.
        kind: what was done, None for nothing; by `user_id`, with these names.
        emoji: of a reaction, and how many there are of it now (`count`).
        is_read: whether somebody other than the author has read the message.
        mentions: who is mentioned by an edit, and was not before.
        unmentioned: who no longer is, by an edit or the deletion.
        last_message_at: of the room, after this.
        is_latest: whether all that was posted in the room after the message is deleted.
        latest: where that one was deleted, the last message that is left, if there is one.
        previous: the change of the message before this one; 0 where that is not known any more.
    """

    message: StoredMessage
    kind: str | None
    user_id: int
    username: str
    display_name: str
    is_read: bool = False
    emoji: str = ""
    count: int = 0
    mentions: tuple[int, ...] = ()
    unmentioned: tuple[int, ...] = ()
    last_message_at: datetime | None = None
    is_latest: bool = False
    latest: StoredMessage | None = None
    previous: int = 0

    @property
    def room_id(self) -> int:
        return self.message.room_id

    @property
    def change(self) -> int:
        return self.message.change

    def among(self, kept: int, latest: StoredMessage | None) -> "MessageChange":
        """The same, told what is left in the room when all is written: the number of its last
        message that is not deleted, 0 for none; and that message, where a later one was deleted.
        """
        if self.kind != DELETED:
            return replace(self, is_latest=self.message.message_id == kept)
        if self.message.message_id < kept:
            return self
        return replace(self, is_latest=True, latest=latest)


ChangeResult = MessageChange | Refusal


class Fact(Struct, frozen=True):
    """A change as it is recorded in room_change."""

    room_id: int
    change: int
    kind: str
    actor_id: int
    message_id: int
    emoji: str | None
    command_id: str | None
