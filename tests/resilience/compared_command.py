"""A command that is carried out in the database and in the model, and must come out alike."""

from dataclasses import dataclass
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient

from models import Refusal
from models.room_change import StoredChange
from tests.resilience.command_kinds import CommandKind
from tests.resilience.room_model import Refused, RoomModel
from tests.resilience.stored_room import Expected, StoredRoom


@dataclass(frozen=True)
class Compared:
    """Both happen inside of the command's transaction: nothing else happens to the room meanwhile,
    so that there is one right answer.
    """

    kind: CommandKind
    stored: StoredRoom

    async def store(self, connection: BaseDBAsyncClient) -> tuple[Any, list[StoredChange]]:
        """Do both, and compare what they say, and the room."""
        await self.stored.compare_in(connection)
        before = len(self._room.changes)
        expected = outcome(self.kind, self._room)
        try:
            result, changes = await self.kind.command().store(connection)
        except Refusal as refusal:
            self._compare(refusal.code, [], expected, before)
            raise
        self._compare(result, changes, expected, before)
        if not self._room.memberships:
            self._room.delete()
        await self.stored.compare_in(connection)
        return result, changes

    @property
    def _room(self) -> RoomModel:
        return self.stored.model

    def _compare(
        self, result: object, changes: list[StoredChange], expected: object, before: int
    ) -> None:
        told = [(each.change, each.kind, each.user_id) for each in changes]
        made = enumerate(self._room.changes[before:], before + 1)
        should = [(number, each.kind, each.user_id) for number, each in made]
        assert (result, told) == (expected, should), self.kind


def outcome(kind: Expected, room: RoomModel) -> object:
    """Do it to the model. Returns its result, or the code of a refusal."""
    try:
        return kind.expect(room)
    except Refused as refused:
        return str(refused)


def would_change(kind: Expected, room: RoomModel) -> bool:
    """Whether the room would be another one by it, as it is now, and not be left by nearly all."""
    another = room.copy()
    outcome(kind, another)
    is_other = another.changes != [] or another.invitations != room.invitations
    return is_other and len(another.memberships) > 1
