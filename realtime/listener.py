"""One person's user-level sockets on this process, and the rooms that they hear of."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from realtime import lobby_frames
from realtime.connection import Connection

log = structlog.get_logger(__name__)

RETRY_SECONDS = 1.0

# Of a user and a room; None when the user is not in the room.
Item = Callable[[int, int], Awaitable[dict[str, Any] | None]]


class Place:
    """A room, for those who hear of it here. `head` is the last revision told; 0: not known."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.head = 0


Places = dict[int, Place]


class Listener:
    """What somebody hears of a room is what the database says about it at that moment, whatever
    order the news of changes came in.
    """

    def __init__(self, user_id: int, places: Places, item: Item) -> None:
        """`item` reads a room for the list of rooms."""
        self.user_id = user_id
        self.connections = set[Connection]()
        self.visitors = 0  # Connections on their way in.
        self.lock = asyncio.Lock()
        self.is_loaded = False
        self._places = places
        self._item = item
        self._rooms: set[int] = set()
        self._asked: dict[int, None] = {}
        self._task: asyncio.Task[None] | None = None

    @property
    def is_idle(self) -> bool:
        return not (self.connections or self.visitors)

    def add(self, room_id: int) -> None:
        self._rooms.add(room_id)
        self._places.setdefault(room_id, Place()).listeners.add(self)

    def drop(self, room_id: int) -> None:
        """Hear no more of this room; say so to the person."""
        if room_id in self._rooms:
            self._forget(room_id)
            self.send(lobby_frames.room_left(room_id))

    def look(self, room_id: int) -> None:
        """Something about this room has changed for this person: read it and tell them."""
        self._asked[room_id] = None
        if self._task is None:
            self._task = asyncio.create_task(self._look(), name=f"look-{self.user_id}")

    def look_where_different(self, rooms: set[int]) -> None:
        """`rooms` are those that the person is in: look at what we thought otherwise of."""
        for room_id in self._rooms ^ rooms:
            self.look(room_id)

    def send(self, frame: bytes) -> None:
        for connection in self.connections:
            connection.send(frame)

    def stop(self) -> None:
        """Nobody listens any more."""
        for room_id in list(self._rooms):
            self._forget(room_id)
        if self._task:
            self._task.cancel()

    def _forget(self, room_id: int) -> None:
        self._rooms.discard(room_id)
        place = self._places[room_id]
        place.listeners.discard(self)
        if not place.listeners:
            del self._places[room_id]

    async def _look(self) -> None:
        try:
            while self._asked:
                room_id = next(iter(self._asked))
                del self._asked[room_id]
                await self._tell(room_id)
        finally:
            self._task = None

    async def _tell(self, room_id: int) -> None:
        try:
            item = await self._item(self.user_id, room_id)
        except Exception as error:
            log.warning("room_not_read", user=self.user_id, room=room_id, error=str(error))
            self._asked[room_id] = None
            await asyncio.sleep(RETRY_SECONDS)
            return
        if item is None:
            self.drop(room_id)
        elif room_id in self._rooms:
            self.send(lobby_frames.room_changed(item))
        else:
            self.add(room_id)
            self.send(lobby_frames.room_joined(item))
