"""Every kind of command that sets what holds in a room, or comes of it: as command_kinds.py."""

from dataclasses import dataclass
from typing import Any, Self

from models import Membership, Room, User
from models.administered_rooms import SetArchived
from models.retention import RaiseFloor, SetRetention
from models.room_rules import SetRules
from realtime.waiting_commands import Command
from tests.resilience.command_kinds import Asked, CommandKind, require
from tests.resilience.message_kinds import VARIANTS
from tests.resilience.room_model import RoomModel
from tests.support.room_facts import RULES

DAYS = 30


@dataclass(frozen=True)
class LetsWrite:
    """An owner lets owners alone write, or everybody again."""

    actor: Membership
    writers: str

    @classmethod
    def of(cls, asked: Asked) -> Self:
        return cls(asked.actor, (Room.MEMBERS, Room.OWNERS)[asked.number % 2])

    def command(self) -> Command[Any]:
        return SetRules(self.actor, writers=self.writers)

    def expect(self, room: RoomModel) -> object:
        require(room.is_owner(self.actor.user_id), "not_owner")
        if room.facts[RULES][1] != self.writers:
            room.let_write(self.writers)
        return room.facts[RULES]


@dataclass(frozen=True)
class Archives:
    """An administrator lets nobody write there any more, or again."""

    room_id: int
    user: User
    is_archived: bool

    @classmethod
    def of(cls, asked: Asked) -> Self:
        # In the archive nothing else happens: it does not stay there for long.
        return cls(asked.room_id, asked.user, asked.number % VARIANTS == 0)

    def command(self) -> Command[None]:
        return SetArchived(self.room_id, self.user.id, self.is_archived)

    def expect(self, room: RoomModel) -> None:
        require(self.user.is_admin, "not_admin")
        if room.memberships and room.is_archived != self.is_archived:
            room.archive(is_archived=self.is_archived)


@dataclass(frozen=True)
class KeepsMessages:
    """An owner says for how long the room keeps its messages: so many days, or for ever."""

    actor: Membership
    days: int | None

    @classmethod
    def of(cls, asked: Asked) -> Self:
        return cls(asked.actor, (DAYS, None)[asked.number % 2])

    def command(self) -> Command[None]:
        return SetRetention(self.actor, self.days)

    def expect(self, room: RoomModel) -> None:
        require(room.is_owner(self.actor.user_id), "not_owner")
        if room.days_kept != self.days:
            room.keep(self.days)


@dataclass(frozen=True)
class Expires:
    """The first messages have been there for so long, as a process has found."""

    room_id: int
    upto: int

    @classmethod
    def of(cls, asked: Asked) -> Self:
        return cls(asked.room_id, min(1 + asked.number // VARIANTS, asked.last))

    def command(self) -> Command[bool]:
        return RaiseFloor(self.room_id, self.upto, DAYS)

    def expect(self, room: RoomModel) -> bool:
        if not room.memberships or room.days_kept is None or self.upto <= room.floor:
            return False
        room.expire(self.upto)
        return True


RULE_KINDS: tuple[type[CommandKind], ...] = (LetsWrite, Archives, KeepsMessages, Expires)
