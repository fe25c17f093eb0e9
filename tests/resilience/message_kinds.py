"""Every kind of command to a message: as command_kinds.py, for what is stored many at once.

A command has a `client_id`; the same one again changes nothing.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

from models.message_commands import DELETED, EDITED, PINNED, REACTED, UNPINNED, UNREACTED
from protocol.client_frames import DeleteMessage, EditMessage, MessageFrame, PinMessage, React
from tests.resilience.command_kinds import Asked, require
from tests.resilience.room_model import RoomModel
from tests.support.room_facts import reaction

EMOJI = ("👍", "🎉")
VARIANTS = 4  # Of what is done to one message.


@dataclass(frozen=True)
class MessageKind:
    """One kind of command to a message, and what the message is after it."""

    name: ClassVar[str]

    user_id: int
    message_id: int
    client_id: str
    number: int

    @classmethod
    def of(cls, asked: Asked) -> Self:
        message, variant = divmod(asked.number, VARIANTS)
        return cls(asked.actor.user_id, 1 + message, asked.client_id, variant)

    @property
    def command_id(self) -> str:
        """As it is stored."""
        return f"{self.name}:{self.client_id}"

    def frame(self) -> MessageFrame:
        """What a client sends."""
        raise NotImplementedError

    def expect(self, room: RoomModel) -> str | None:
        """Do it to the model. Returns the kind of the change; None for none.

        Raises:
            Refused: nothing was done.
        """
        require(self.user_id in room.memberships, "not_a_member")
        is_there, is_gone = self._is(room, "user_id"), self.message_id <= room.floor
        require(is_there, "expired" if is_gone else "not_found")
        require(not room.is_archived or isinstance(self, Deletes), "room_archived")
        return self._expect(room, is_done=self.command_id in room.done)

    def _expect(self, room: RoomModel, *, is_done: bool) -> str | None:
        raise NotImplementedError

    def _is(self, room: RoomModel, name: str) -> bool:
        return bool(room.of_message(self.message_id, name))


@dataclass(frozen=True)
class Edits(MessageKind):
    """An author gives a message another text: it has not been deleted, and nobody has edited it
    since they have seen it.
    """

    name: ClassVar[str] = "edit"

    @property
    def _text(self) -> str:
        return f"text number {self.number}"

    @property
    def _base(self) -> int | None:
        return 0 if self.number == 3 else None

    def frame(self) -> MessageFrame:
        return EditMessage(self.message_id, self._text, self._base, self.client_id)

    def _expect(self, room: RoomModel, *, is_done: bool) -> str | None:
        require(room.of_message(self.message_id) == self.user_id, "not_author")
        require(not self._is(room, "is_deleted"), "gone")
        if is_done or room.of_message(self.message_id, "text") == self._text:
            return None
        require(self._base is None or self.message_id not in room.edited, "edit_conflict")
        require(room.may_write(self.user_id), "owners_only")
        room.done[self.command_id] = room.next_change
        room.edit(self.user_id, self.message_id, self._text)
        return EDITED


@dataclass(frozen=True)
class Deletes(MessageKind):
    """An author, or an owner of the room, takes a message away."""

    name: ClassVar[str] = "delete"

    def frame(self) -> MessageFrame:
        return DeleteMessage(self.message_id, self.client_id)

    def _expect(self, room: RoomModel, *, is_done: bool) -> str | None:  # noqa: ARG002
        is_author = room.of_message(self.message_id) == self.user_id
        require(is_author or room.is_owner(self.user_id), "not_author")
        if self._is(room, "is_deleted"):
            return None
        room.done[self.command_id] = room.next_change
        room.empty(self.user_id, self.message_id)
        return DELETED


@dataclass(frozen=True)
class Reacts(MessageKind):
    """A member puts an emoji under a message, or takes theirs away."""

    name: ClassVar[str] = "react"

    @property
    def _emoji(self) -> str:
        return EMOJI[self.number // 2]

    @property
    def _is_on(self) -> bool:
        return self.number % 2 == 0

    def frame(self) -> MessageFrame:
        return React(self.message_id, self._emoji, self._is_on, self.client_id)

    def _expect(self, room: RoomModel, *, is_done: bool) -> str | None:
        require(not self._is(room, "is_deleted"), "gone")
        there = reaction(self.message_id, self._emoji, self.user_id) in room.facts
        if is_done or there == self._is_on:
            return None
        room.done[self.command_id] = room.next_change
        room.react(self.user_id, self.message_id, self._emoji, is_on=self._is_on)
        return REACTED if self._is_on else UNREACTED


@dataclass(frozen=True)
class Pins(MessageKind):
    """A member pins a message in the room, or no longer."""

    name: ClassVar[str] = "pin"

    @property
    def _is_pinned(self) -> bool:
        return self.number % 2 == 0

    def frame(self) -> MessageFrame:
        return PinMessage(self.message_id, self._is_pinned, self.client_id)

    def _expect(self, room: RoomModel, *, is_done: bool) -> str | None:
        require(not self._is(room, "is_deleted"), "gone")
        if is_done or self._is(room, "is_pinned") == self._is_pinned:
            return None
        room.done[self.command_id] = room.next_change
        room.pin(self.user_id, self.message_id, is_pinned=self._is_pinned)
        return PINNED if self._is_pinned else UNPINNED


MESSAGE_KINDS: tuple[type[MessageKind], ...] = (Edits, Deletes, Reacts, Pins)
