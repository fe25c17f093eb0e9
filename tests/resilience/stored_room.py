"""The model of a room beside the database."""

from functools import partial
from typing import Any, Protocol

from tortoise.backends.base.client import BaseDBAsyncClient

from models.database import atomically, fetch
from tests.resilience.room_model import RoomModel
from tests.support.room_facts import difference
from tests.support.stored_facts import stamp, stored


class Expected(Protocol):
    """A command that the model can carry out; see CommandKind and MessageKind."""

    def expect(self, room: RoomModel) -> object: ...


class StoredRoom:
    """A room, and what was asked for by commands that are stored many at once: of these the
    database says in which order they came, and the model what each has done.

    Attributes:
        said: the text of each post, by its client_id.
        asked: the commands to messages, by their ids.
        model: what should be stored.
    """

    def __init__(self, room_id: int) -> None:
        self.room_id = room_id
        self.said: dict[str, str] = {}
        self.asked: dict[str, Expected] = {}

    async def start(self) -> RoomModel:
        """Take over a room that has just been made."""
        _, facts = await stored(fetch, self.room_id)
        self.model = RoomModel(self.room_id, facts, {user: id_ for id_, user in await self._rows()})
        self.model.states.append(self.model.copy())
        return self.model

    async def compare(self) -> None:
        """Take over what was done to messages; everything else must be in the database as it is in
        the model, and nothing more.
        """
        await atomically(self.compare_in)

    async def compare_in(self, connection: BaseDBAsyncClient | None) -> None:
        """The same within a transaction."""
        room = self.model
        await self._take_over(connection)
        head, facts = await stored(partial(fetch, connection=connection), self.room_id)
        wrong = difference(facts, room.facts)
        assert (wrong, head) == ({}, len(room.changes)), (wrong, head, room.changes[-3:])
        rows = await self._rows(connection)
        assert [user_id for _, user_id in rows] == list(room.memberships)
        for id_, user_id in rows:
            assert room.memberships[user_id] in (0, id_)
            room.memberships[user_id] = id_

    async def _take_over(self, connection: BaseDBAsyncClient | None) -> None:
        after = len(self.model.changes)
        done: dict[int, Any] = {}
        for change, at, *post in await fetch(_POSTED, self.room_id, after, connection=connection):
            done[change] = stamp(at), partial(self._post, *post)
        for change, at, *what in await fetch(_CHANGED, self.room_id, after, connection=connection):
            done[change] = stamp(at), partial(self._change, change, *what)
        for number, change in enumerate(sorted(done), after + 1):
            assert number == change, f"{number} is missing"
            self.model.now, work = done[change]
            work()

    def _post(self, message_id: int, user_id: int, client_id: str) -> None:
        assert message_id == self.model.last_message_id + 1
        assert user_id in self.model.memberships, f"{user_id} spoke without being in the room"
        assert self.model.may_write(user_id), f"{user_id} spoke where owners speak"
        self.model.post(message_id, user_id, client_id, self.said[client_id])

    def _change(self, change: int, kind: str, user_id: int, command_id: str) -> None:
        assert self.asked[command_id].expect(self.model) == kind
        made = self.model.changes[-1]
        assert (len(self.model.changes), made.user_id) == (change, user_id)

    async def _rows(self, connection: BaseDBAsyncClient | None = None) -> list[tuple[int, int]]:
        return [(*row,) for row in await fetch(_MEMBERS, self.room_id, connection=connection)]


_MEMBERS = "SELECT id, user_id FROM membership WHERE room_id = $1 ORDER BY joined_at, id"
_POSTED = """
SELECT COALESCE(made_change, change), created_at, number, author_id, client_id FROM message
WHERE room_id = $1 AND COALESCE(made_change, change) > $2
"""
_CHANGED = """
SELECT change, created_at, kind, actor_id, command_id FROM room_change
WHERE room_id = $1 AND change > $2 AND number IS NOT NULL
"""
