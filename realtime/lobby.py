"""Everybody who has a page open, whatever it shows: what is new in all the rooms that they are in.

Nothing here is promised as messages in a room are. It is news about what the database has, and
whoever may have missed some is told to `refresh`.
"""

import asyncio
from collections import deque
from collections.abc import Collection, Iterable

import structlog

from models import Stored
from models.places import places_of
from realtime import envelope, lobby_frames
from realtime.broadcast import Broadcast
from realtime.connection import Connection
from realtime.envelope import Activity, Changed, LobbyNews, MemberRemoved, Revocation, RoomDeleted
from realtime.listener import Item, Listener, Places

log = structlog.get_logger(__name__)

# What happens in a room within this time is told at once, and by one ring for all rooms.
GATHER_SECONDS = 0.15
# Reading moves with every message that somebody looks at.
READ_SECONDS = 0.5
ACTIVITY_MAX = 100  # Pages say "99+".
COMPARE_SECONDS = 20.0  # Where rings can be lost.
CHUNK = 500


class Lobby:
    """This process's part of it.

    `joined`, `changed` and `read` are for whoever has just stored such a thing. Whoever loses a
    room is told by its revocation: nothing else is to be called.
    """

    def __init__(self, broadcast: Broadcast, item: Item) -> None:
        self._broadcast = broadcast
        self._item = item
        self._listeners: dict[int, Listener] = {}
        self._places: Places = {}
        self._said: dict[int, deque[Stored]] = {}
        self._read: set[tuple[int, int]] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def joined(self, user_ids: Collection[int], room_id: int) -> None:
        """These users are in this room now."""
        self.changed(room_id, user_ids)

    def changed(self, room_id: int, user_ids: Collection[int] | None = None) -> None:
        """The room looks different in the list of these users (None: of all its members)."""
        users = [None] if user_ids is None else user_ids
        self._tell(Changed([(room_id, user_id) for user_id in users]))

    def read(self, room_id: int, user_id: int) -> None:
        """The user has read something: as changed, but soon is early enough."""
        if self._broadcast.has_peers or user_id in self._listeners:
            self._read.add((room_id, user_id))
            self._later("read", READ_SECONDS)

    def said(self, message: Stored) -> None:
        """This process has stored a message."""
        said = self._said.get(message.room_id)
        if said is None:
            if message.room_id not in self._places and not self._broadcast.has_peers:
                return
            said = self._said[message.room_id] = deque(maxlen=ACTIVITY_MAX)
            self._later("said", GATHER_SECONDS)
        said.append(message)

    async def enter(self, connection: Connection) -> None:
        """Let a connection hear the news; say `ready`."""
        listener = self._listeners.get(connection.user_id)
        if listener is None:
            listener = Listener(connection.user_id, self._places, self._item)
            self._listeners[connection.user_id] = listener
        listener.visitors += 1
        try:
            # The first one in reads; the others wait here until that is done.
            async with listener.lock:
                if not listener.is_loaded:
                    await self._load(listener)
            connection.send(lobby_frames.ready(connection.user_id))
            listener.connections.add(connection)
        finally:
            listener.visitors -= 1
            self._put_away(listener)

    def leave(self, connection: Connection) -> bool:
        """Whether it had come in."""
        listener = self._listeners.get(connection.user_id)
        if listener is None or connection not in listener.connections:
            return False
        listener.connections.discard(connection)
        self._put_away(listener)
        return True

    def connections(self) -> list[Connection]:
        return [
            connection
            for listener in self._listeners.values()
            for connection in listener.connections
        ]

    def hear(self, news: LobbyNews) -> None:
        """News, from here or from another process."""
        if isinstance(news, Activity):
            for room_id, head, frame in news.rooms:
                self._hand_on(room_id, head, frame)
        else:
            for room_id, user_id in news.places:
                for listener in self._concerned(room_id, user_id):
                    listener.look(room_id)

    def pass_on(self, room_ids: Iterable[int], kind: str, frame: bytes) -> None:
        """Hand a frame that only matters now to everybody in these rooms, once."""
        for listener in {one for room_id in room_ids for one in self._concerned(room_id)}:
            for connection in listener.connections:
                connection.send_passing(kind, frame)

    def revoked(self, revocation: Revocation) -> None:
        """Somebody, or everybody, has lost a room."""
        match revocation:
            case MemberRemoved(room_id, user_id):
                concerned = self._concerned(room_id, user_id)
            case RoomDeleted(room_id):
                concerned = self._concerned(room_id)
            case _:
                return
        for listener in concerned:
            listener.drop(room_id)
            # They may have been let in again, and that news have been faster than this.
            listener.look(room_id)

    async def recovered(self) -> None:
        """The way to the other processes is open again: nobody knows what was missed."""
        try:
            await self.compare()
        finally:
            for listener in self._listeners.values():
                listener.send(lobby_frames.REFRESH)

    async def compare(self) -> None:
        """Find by the database what was not heard: messages, and who is in which room."""
        user_ids = list(self._listeners)
        for start in range(0, len(user_ids), CHUNK):
            some = user_ids[start : start + CHUNK]
            places = await places_of(some)
            self._compare_heads({room_id: head for _, room_id, head in places})
            rooms: dict[int, set[int]] = {user_id: set() for user_id in some}
            for user_id, room_id, _ in places:
                rooms[user_id].add(room_id)
            for user_id in some:
                listener = self._listeners.get(user_id)
                if listener and listener.is_loaded:
                    listener.look_where_different(rooms[user_id])

    async def compare_forever(self) -> None:
        while self._broadcast.lossy:
            await asyncio.sleep(COMPARE_SECONDS)
            try:
                await self.compare()
            except Exception as error:
                log.warning("comparison_failed", error=str(error))

    def stop(self) -> None:
        for timer in self._timers.values():
            timer.cancel()
        for listener in self._listeners.values():
            listener.stop()

    async def _load(self, listener: Listener) -> None:
        for _, room_id, head in await places_of([listener.user_id]):
            listener.add(room_id)
            place = self._places[room_id]
            place.head = max(place.head, head)
        listener.is_loaded = True

    def _put_away(self, listener: Listener) -> None:
        if listener.is_idle and self._listeners.get(listener.user_id) is listener:
            del self._listeners[listener.user_id]
            listener.stop()

    def _concerned(self, room_id: int, user_id: int | None = None) -> list[Listener]:
        if user_id is None:
            place = self._places.get(room_id)
            return list(place.listeners) if place else []
        listener = self._listeners.get(user_id)
        return [listener] if listener else []

    def _compare_heads(self, heads: dict[int, int]) -> None:
        for room_id, head in heads.items():
            if place := self._places.get(room_id):
                if 0 < place.head < head:
                    for listener in place.listeners:
                        listener.look(room_id)
                place.head = max(place.head, head)

    def _hand_on(self, room_id: int, head: int, frame: bytes) -> None:
        if place := self._places.get(room_id):
            place.head = max(place.head, head)
            for listener in place.listeners:
                listener.send(frame)

    def _later(self, what: str, seconds: float) -> None:
        if what not in self._timers:
            tell = {"said": self._tell_said, "read": self._tell_read}[what]
            self._timers[what] = asyncio.get_running_loop().call_later(seconds, tell)

    def _tell_said(self) -> None:
        self._timers.pop("said", None)
        said, self._said = self._said, {}
        self._tell(Activity([_activity(room_id, run) for room_id, run in said.items()]))

    def _tell_read(self) -> None:
        self._timers.pop("read", None)
        read, self._read = self._read, set()
        self._tell(Changed(list(read)))

    def _tell(self, news: LobbyNews) -> None:
        self.hear(news)
        if self._broadcast.has_peers:
            self._broadcast.publish(envelope.CONTROL, envelope.encode(news))


def _activity(room_id: int, run: deque[Stored]) -> tuple[int, int, bytes]:
    messages = [(message.number, message.author_id) for message in run]
    frame = lobby_frames.room_activity(room_id, run[-1].created_at, messages)
    return room_id, run[-1].number, frame
