"""One person's user-level sockets on this process, and the rooms that they hear of."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from models import Block
from protocol.lobby_frames import Blocks, RoomChanged, RoomJoined, RoomLeft
from protocol.server_frames import encode
from protocol.views import InvitationItem, ListItem
from realtime.connection import LOBBY, Connection

log = structlog.get_logger(__name__)

RETRY_SECONDS = 1.0

# Of a user and a room; None when the user is not in the room.
ReadItem = Callable[[int, int], Awaitable[ListItem | None]]


class RoomState:
    """A room, for those who hear of it here. `head` is the last revision told; 0: not known."""

    def __init__(self) -> None:
        self.subscribers: set[Subscriber] = set()
        self.head = 0


RoomStates = dict[int, RoomState]


class Subscriber:
    """What somebody hears of a room is what the database says about it at that moment, whatever
    order the news of changes came in.
    """

    def __init__(self, user_id: int, states: RoomStates, item: ReadItem) -> None:
        """`item` reads a room for the list of rooms."""
        self.user_id = user_id
        self.connections = set[Connection]()
        self.visitors = 0  # Connections on their way in.
        self.lock = asyncio.Lock()
        self.is_loaded = False
        self._states = states
        self._item = item
        self._rooms: set[int] = set()
        # Of each whether a room that they are not in is news to them: they may know an invitation.
        self._outdated: dict[int, bool] = {}
        self._task: asyncio.Task[None] | None = None

    @property
    def is_idle(self) -> bool:
        return not (self.connections or self.visitors)

    def add(self, room_id: int) -> None:
        self._rooms.add(room_id)
        self._states.setdefault(room_id, RoomState()).subscribers.add(self)

    def drop(self, room_id: int) -> None:
        """Hear no more of this room; say so to the person."""
        if room_id in self._rooms:
            self._forget(room_id)
            self.send(encode(RoomLeft(room_id)))

    def refresh(self, room_id: int, *, is_theirs: bool = False) -> None:
        """Something about this room has changed for this person (`is_theirs`: for them alone): read
        it and tell them.
        """
        self._outdated[room_id] = is_theirs or self._outdated.get(room_id, False)
        if self._task is None:
            self._task = asyncio.create_task(self._refresh(), name=f"lobby-{self.user_id}")

    def refresh_blocks(self) -> None:
        """They have blocked somebody, or no longer do."""
        self.refresh(LOBBY)

    def refresh_where_different(self, rooms: set[int]) -> None:
        """`rooms` are those that the person is in: look at what we thought otherwise of."""
        for room_id in self._rooms ^ rooms:
            self.refresh(room_id)

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
        state = self._states[room_id]
        state.subscribers.discard(self)
        if not state.subscribers:
            del self._states[room_id]

    async def _refresh(self) -> None:
        try:
            while self._outdated:
                room_id = next(iter(self._outdated))
                is_theirs = self._outdated.pop(room_id)
                await self._try(room_id, is_theirs)
        finally:
            self._task = None

    async def _try(self, room_id: int, is_theirs: bool) -> None:
        try:
            if room_id == LOBBY:
                self.send(encode(Blocks(await Block.ids_of(self.user_id))))
            else:
                self._tell(room_id, await self._item(self.user_id, room_id), is_theirs)
        except Exception as error:
            log.warning("room_not_read", user=self.user_id, room=room_id, error=str(error))
            self._outdated[room_id] = is_theirs
            await asyncio.sleep(RETRY_SECONDS)

    def _tell(self, room_id: int, item: ListItem | None, is_theirs: bool) -> None:
        if item is None:
            if room_id in self._rooms:
                self.drop(room_id)
            elif is_theirs:
                self.send(encode(RoomLeft(room_id)))
        elif isinstance(item, InvitationItem):
            # Who is not in it yet hears nothing of what is said there.
            self.drop(room_id)
            self.send(encode(RoomChanged(item)))
        elif room_id in self._rooms:
            self.send(encode(RoomChanged(item)))
        else:
            self.add(room_id)
            self.send(encode(RoomJoined(item)))
