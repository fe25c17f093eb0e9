"""One person's user-level sockets on this process, and the rooms that they hear of."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from models import Block
from protocol.lobby_frames import (
    Blocks,
    PartlySeenActivity,
    RoomChanged,
    RoomJoined,
    RoomLeft,
    without_words,
)
from protocol.server_frames import encode
from protocol.views import InvitationItem, ListItem
from realtime.connection import LOBBY, Connection

log = structlog.get_logger(__name__)

RETRY_SECONDS = 1.0

# Of a user and a room; None when the user is not in the room.
ReadItem = Callable[[int, int], Awaitable[ListItem | None]]


class RoomState:
    """A room, for those who hear of it here. `asked` are those of them whom a stranger asks for it:
    they see nothing of what is said before they open it. `bounded` are those who do not see all of
    the room, with the first message that they do. `head` is the last revision told; 0: not known.
    """

    def __init__(self) -> None:
        self.subscribers: set[Subscriber] = set()
        self.asked: set[Subscriber] = set()
        self.bounded: dict[Subscriber, int] = {}
        self.head = 0

    def send_activity(self, frame: bytes) -> None:
        """Tell everybody what is new in the room, as much of it as they may see."""
        others = self.asked | self.bounded.keys()
        for subscriber in self.subscribers - others if others else self.subscribers:
            subscriber.send(frame)
        if self.bounded:
            activity = PartlySeenActivity(frame)
            for subscriber, from_number in self.bounded.items():
                subscriber.send(activity.seen(from_number))
        if self.asked:
            wordless = without_words(frame)
            for subscriber in self.asked:
                subscriber.send(wordless)


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

    def add(self, room_id: int, *, is_asked: bool, from_number: int) -> None:
        """Hear of this room from now on, or of another share of what is said there: where it is not
        all of it, from this message on.
        """
        self._rooms.add(room_id)
        state = self._states.setdefault(room_id, RoomState())
        state.subscribers.add(self)
        (state.asked.add if is_asked else state.asked.discard)(self)
        state.bounded.pop(self, None)
        if from_number:
            state.bounded[self] = from_number

    def drop(self, room_id: int) -> None:
        """Hear no more of this room; say so to the person."""
        if room_id in self._rooms:
            self._forget(room_id)
            self.send(encode(RoomLeft(room_id)))

    def refresh(self, room_id: int, *, is_theirs: bool = False) -> None:
        """Something about this room has changed for this person (`is_theirs`: for them alone): read
        it and tell them.
        """
        self._again(room_id, is_theirs)
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
        state.asked.discard(self)
        state.bounded.pop(self, None)
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
                return
            item = await self._item(self.user_id, room_id)
        except Exception as error:
            log.warning("room_not_read", user=self.user_id, room=room_id, error=str(error))
            self._again(room_id, is_theirs)
            await asyncio.sleep(RETRY_SECONDS)
        else:
            if room_id in self._outdated and room_id not in self._rooms:
                # They may have lost it since it was read: nothing of it is told, or heard, before
                # it has been read once more.
                self._again(room_id, is_theirs)
            else:
                self._tell(room_id, item, is_theirs)

    def _again(self, room_id: int, is_theirs: bool) -> None:
        self._outdated[room_id] = is_theirs or self._outdated.get(room_id, False)

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
        else:
            frame = RoomChanged(item) if room_id in self._rooms else RoomJoined(item)
            self.add(
                room_id,
                is_asked=item.is_request is True,
                from_number=item.history_from or 0,
            )
            self.send(encode(frame))
