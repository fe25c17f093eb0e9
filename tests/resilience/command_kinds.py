"""Every kind of command to a room: how it is made, and what the model makes of it.

A new kind is one class here and a line in KINDS; what its frames say stands in
tests/support/room_facts.py. What is done to messages: message_kinds.py; the rules of a room, and
what follows from them: rule_kinds.py.
"""

from dataclasses import dataclass
from typing import Any, Protocol, Self

from tortoise.backends.base.client import BaseDBAsyncClient

from models import Membership, User
from models.admission import AcceptInvitation, Join, Leave
from models.invitation import Departure
from models.removal import RemoveMessages
from models.room_change import StoredChange
from models.room_commands import Rename, SetRole
from realtime.waiting_commands import Command
from tests.resilience.room_model import Refused, RoomModel

MOST = 4  # Members.
NAMES = ("Kitchen", "Pantry", "Cellar")


@dataclass(frozen=True)
class Asked:
    """Who asks for something, about whom; and a number to choose by. Their memberships are as they
    were when somebody looked last: they may have ended since. `client_id` is a new one; `last` the
    message_id of the latest message then.
    """

    room_id: int
    actor: Membership
    user: User
    other: Membership
    number: int
    client_id: str
    last: int


class CommandKind(Protocol):
    """One kind of command, and what a room is after it."""

    @classmethod
    def of(cls, asked: Asked) -> Self: ...

    def command(self) -> Command[Any]:
        """What is given to the journal."""

    def expect(self, room: RoomModel) -> object:
        """Do it to the model. Returns what is expected as the command's result.

        Raises:
            Refused: nothing was done.
        """


@dataclass(frozen=True)
class Renames:
    """An owner renames the room."""

    actor: Membership
    name: str

    @classmethod
    def of(cls, asked: Asked) -> Self:
        return cls(asked.actor, NAMES[asked.number % len(NAMES)])

    def command(self) -> Command[None]:
        return Rename(self.actor, self.name)

    def expect(self, room: RoomModel) -> None:
        require(room.is_owner(self.actor.user_id), "not_owner")
        if room.name != self.name:
            room.rename(self.name)


@dataclass(frozen=True)
class SetsRole:
    """An owner makes somebody an owner, or a mere member."""

    actor: Membership
    user_id: int
    role: str

    @classmethod
    def of(cls, asked: Asked) -> Self:
        roles = (Membership.OWNER, Membership.MEMBER)
        return cls(asked.actor, asked.user.id, roles[asked.number % 2])

    def command(self) -> Command[None]:
        return SetRole(self.actor, self.user_id, self.role)

    def expect(self, room: RoomModel) -> None:
        require(room.is_owner(self.actor.user_id), "not_owner")
        others = [user_id for user_id in room.memberships if user_id != self.user_id]
        stays_owned = self.role == Membership.OWNER or any(map(room.is_owner, others))
        require(stays_owned, "last_owner")
        require(self.user_id in room.memberships, "not_found")
        if room.role(self.user_id) != self.role:
            room.set_role(self.user_id, self.role)


@dataclass(frozen=True)
class Joins:
    """A member lets somebody in; whoever has left is invited instead."""

    actor: Membership
    user: User

    @classmethod
    def of(cls, asked: Asked) -> Self:
        return cls(asked.actor, asked.user)

    def command(self) -> Command[bool]:
        return Join(self.actor, self.user, MOST)

    def expect(self, room: RoomModel) -> bool:
        actor_id, user_id = self.actor.user_id, self.user.id
        require(room.memberships.get(actor_id) == self.actor.id, "not_a_member")
        require(user_id not in room.memberships, "already_a_member")
        require(len(room.memberships) < MOST, "too_many_members")
        if user_id not in room.left:
            room.let_in(user_id)
            return True
        was_removed = room.left[user_id] == Departure.REMOVED
        require(room.is_owner(actor_id) or not was_removed, "removed_by_owner")
        require(user_id not in room.invitations, "already_invited")
        room.invitations[user_id] = actor_id
        return False


@dataclass(frozen=True)
class Accepts:
    """Somebody comes back by an invitation."""

    room_id: int
    user: User

    @classmethod
    def of(cls, asked: Asked) -> Self:
        return cls(asked.room_id, asked.user)

    def command(self) -> Command[bool]:
        return AcceptInvitation(self.room_id, self.user, MOST)

    def expect(self, room: RoomModel) -> bool:
        if self.user.id not in room.invitations:
            return False
        require(len(room.memberships) < MOST, "too_many_members")
        room.let_in(self.user.id)
        return True


@dataclass(frozen=True)
class Leaves:
    """Somebody leaves, or an owner removes them. A room has an owner, or is no more."""

    member: Membership
    by_id: int

    @classmethod
    def of(cls, asked: Asked) -> Self:
        return cls(asked.other, asked.actor.user_id)

    def command(self) -> Command[list[int]]:
        return Leave(self.member, self.by_id)

    def expect(self, room: RoomModel) -> list[int]:
        user_id = self.member.user_id
        is_own = self.by_id == user_id
        require(is_own or room.is_owner(self.by_id), "not_owner")
        require(room.memberships.get(user_id) == self.member.id, "not_found")
        room.let_out(user_id, Departure.LEFT if is_own else Departure.REMOVED)
        uninvited = [asked for asked, by in room.invitations.items() if by == user_id]
        for asked in uninvited:
            del room.invitations[asked]
        if room.memberships and not room.has_owner:
            room.set_role(next(iter(room.memberships)), Membership.OWNER)
        return uninvited


@dataclass(frozen=True)
class RemovesMessages:
    """An owner deletes all that somebody has said."""

    actor: Membership
    user_id: int

    @classmethod
    def of(cls, asked: Asked) -> Self:
        return cls(asked.actor, asked.user.id)

    def command(self) -> Command[int]:
        who = self.actor
        return _Counted(RemoveMessages(who.room_id, self.user_id, who.user_id, who))

    def expect(self, room: RoomModel) -> int:
        require(room.is_owner(self.actor.user_id), "not_owner")
        return room.remove(self.actor.user_id, self.user_id)


@dataclass(frozen=True)
class _Counted:
    """Whom the messages had concerned is of no matter here."""

    command: RemoveMessages

    async def store(self, connection: BaseDBAsyncClient) -> tuple[int, list[StoredChange]]:
        removed, changes = await self.command.store(connection)
        return removed.count, changes


KINDS: tuple[type[CommandKind], ...] = (
    *(Renames, SetsRole, Joins, Accepts, Leaves, RemovesMessages),
)


def require(is_allowed: bool, code: str) -> None:
    """Raises Refused, unless it is."""
    if not is_allowed:
        raise Refused(code)
