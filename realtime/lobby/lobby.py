"""Everybody who has a page open, whatever it shows: what is new in all the rooms that they are in.

Nothing here is promised as messages in a room are. It is news about what the database has, and
whoever may have missed some is told to `refresh`.
"""

import asyncio
from collections.abc import Collection, Iterable, Sequence

import structlog

from models import Block, StoredMessage
from models.message_change import MessageChange
from models.queries.user_rooms import memberships_of
from models.room_change import JOINED, REMOVAL, RENAMED, ROLES, StoredChange
from protocol.lobby_frames import Blocks, LobbyReady, Refresh
from protocol.server_frames import encode
from realtime.committed import Committed
from realtime.connection import Connection
from realtime.envelope import (
    Activity,
    BlocksChanged,
    LobbyNews,
    MemberRemoved,
    PersonalNews,
    Revocation,
    RoomDeleted,
    RoomItemsChanged,
)
from realtime.lobby.gathered_news import GatheredNews
from realtime.lobby.personal_frames import personal_frame
from realtime.lobby.subscriber import ReadItem, RoomStates, Subscriber
from realtime.peers import Peers

log = structlog.get_logger(__name__)

COMPARE_SECONDS = 20.0  # Where notifications can be lost.
CHUNK = 500


class Lobby:
    """This process's part of it.

    `joined`, `changed` and `read` are for whoever has just stored such a thing. Whoever loses a
    room is told by its revocation: nothing else is to be called.
    """

    def __init__(self, peers: Peers, item: ReadItem) -> None:
        self._peers = peers
        self._broadcast = peers.broadcast
        self._item = item
        self._subscribers: dict[int, Subscriber] = {}
        self._rooms: RoomStates = {}
        self._gathered = GatheredNews(self.publish)

    def joined(self, user_ids: Collection[int], room_id: int) -> None:
        """These users are in this room now."""
        self.changed(room_id, user_ids)

    def changed(self, room_id: int, user_ids: Collection[int] | None = None) -> None:
        """The room looks different in the list of these users (None: of all its members)."""
        users = [None] if user_ids is None else user_ids
        self.publish(RoomItemsChanged([(room_id, user_id) for user_id in users]))

    def read(self, room_id: int, user_id: int) -> None:
        """The user has read something: as changed, but soon is early enough."""
        if self._broadcast.has_peers or user_id in self._subscribers:
            self._gathered.add_item(room_id, user_id)

    def blocked(self, user_id: int) -> None:
        """The user has blocked somebody, or no longer does."""
        self.publish(BlocksChanged(user_id))

    def publish(self, news: LobbyNews) -> None:
        """Tell this here and elsewhere."""
        self.receive(news)
        self._peers.publish(news)

    def committed(self, batch: Sequence[Committed]) -> None:
        """This process has stored these: see realtime.committed.CommitListener."""
        for each in batch:
            if isinstance(each.content, StoredChange):
                self._room_changed(each.content)
            elif not each.is_repeat:
                self._messages_changed(each.content)

    def _room_changed(self, recorded: StoredChange) -> None:
        if recorded.kind in (RENAMED, REMOVAL) or recorded.user_id is None:
            self.changed(recorded.room_id)
        elif recorded.kind == JOINED:
            self.joined([recorded.user_id], recorded.room_id)
        elif recorded.kind in ROLES:
            self.changed(recorded.room_id, [recorded.user_id])
        # Whoever has left is told by the revocation.

    def _messages_changed(self, content: StoredMessage | MessageChange) -> None:
        """Of what is done to messages only deletions are news here, and mentions; of the rest whom
        it concerns, and how far the room has got, or the next comparison would take it for missed.
        """
        if content.room_id in self._rooms or self._broadcast.has_peers:
            self._gathered.add(content)

    async def enter(self, connection: Connection) -> None:
        """Let a connection hear the news; say `ready`."""
        subscriber = self._subscribers.get(connection.user_id)
        if subscriber is None:
            subscriber = Subscriber(connection.user_id, self._rooms, self._item)
            self._subscribers[connection.user_id] = subscriber
        subscriber.visitors += 1
        try:
            # The first one in reads; the others wait here until that is done.
            async with subscriber.lock:
                if not subscriber.is_loaded:
                    await self._load(subscriber)
            blocked = await Block.ids_of(connection.user_id)
            connection.send(encode(LobbyReady(connection.user_id)))
            if blocked:
                connection.send(encode(Blocks(blocked)))
            subscriber.connections.add(connection)
        finally:
            subscriber.visitors -= 1
            self._put_away(subscriber)

    def leave(self, connection: Connection) -> bool:
        """Whether it had come in."""
        subscriber = self._subscribers.get(connection.user_id)
        if subscriber is None or connection not in subscriber.connections:
            return False
        subscriber.connections.discard(connection)
        self._put_away(subscriber)
        return True

    def connections(self) -> list[Connection]:
        return [
            connection
            for subscriber in self._subscribers.values()
            for connection in subscriber.connections
        ]

    def receive(self, news: LobbyNews) -> None:
        """News, from here or from another process."""
        if isinstance(news, Activity):
            for room_id, head, frame in news.rooms:
                self._send_activity(room_id, head, frame)
        elif isinstance(news, PersonalNews):
            self._send_personal(*personal_frame(news))
        elif isinstance(news, BlocksChanged):
            if subscriber := self._subscribers.get(news.user_id):
                subscriber.refresh_blocks()
        else:
            for room_id, user_id in news.memberships:
                for subscriber in self._concerned(room_id, user_id):
                    subscriber.refresh(room_id, is_theirs=user_id is not None)

    def send_ephemeral(self, room_ids: Iterable[int], kind: str, frame: bytes) -> None:
        """Hand a frame that only matters now to everybody in these rooms, once."""
        for subscriber in {one for room_id in room_ids for one in self._concerned(room_id)}:
            for connection in subscriber.connections:
                connection.send_ephemeral(kind, frame)

    def revoked(self, revocation: Revocation) -> None:
        """Somebody, or everybody, has lost a room."""
        match revocation:
            case MemberRemoved(room_id, user_id):
                concerned = self._concerned(room_id, user_id)
            case RoomDeleted(room_id):
                concerned = self._concerned(room_id)
            case _:
                return
        for subscriber in concerned:
            subscriber.drop(room_id)
            # They may have been let in again, and that news have been faster than this.
            subscriber.refresh(room_id)

    async def recovered(self) -> None:
        """The way to the other processes is open again: nobody knows what was missed."""
        try:
            await self.compare()
        finally:
            refresh = encode(Refresh())
            for subscriber in self._subscribers.values():
                subscriber.send(refresh)

    async def compare(self) -> None:
        """Find by the database what was not heard: messages, and who is in which room."""
        user_ids = list(self._subscribers)
        for start in range(0, len(user_ids), CHUNK):
            some = user_ids[start : start + CHUNK]
            rooms: dict[int, set[int]] = {user_id: set() for user_id in some}
            async for memberships in memberships_of(some):
                self._compare_heads({room_id: head for _, room_id, head, *_ in memberships})
                for user_id, room_id, *_ in memberships:
                    rooms[user_id].add(room_id)
            for user_id in some:
                subscriber = self._subscribers.get(user_id)
                if subscriber and subscriber.is_loaded:
                    subscriber.refresh_where_different(rooms[user_id])

    async def compare_forever(self) -> None:
        while self._broadcast.lossy:
            await asyncio.sleep(COMPARE_SECONDS)
            try:
                await self.compare()
            except Exception as error:
                log.warning("comparison_failed", error=str(error))

    def stop(self) -> None:
        self._gathered.stop()
        for subscriber in self._subscribers.values():
            subscriber.stop()

    async def _load(self, subscriber: Subscriber) -> None:
        async for memberships in memberships_of([subscriber.user_id]):
            for _, room_id, head, is_asked, from_number in memberships:
                subscriber.add(room_id, is_asked=is_asked, from_number=from_number)
                room = self._rooms[room_id]
                room.head = max(room.head, head)
        subscriber.is_loaded = True

    def _put_away(self, subscriber: Subscriber) -> None:
        if subscriber.is_idle and self._subscribers.get(subscriber.user_id) is subscriber:
            del self._subscribers[subscriber.user_id]
            subscriber.stop()

    def _concerned(self, room_id: int, user_id: int | None = None) -> list[Subscriber]:
        if user_id is None:
            room = self._rooms.get(room_id)
            return list(room.subscribers) if room else []
        subscriber = self._subscribers.get(user_id)
        return [subscriber] if subscriber else []

    def _compare_heads(self, heads: dict[int, int]) -> None:
        for room_id, head in heads.items():
            if room := self._rooms.get(room_id):
                if 0 < room.head < head:
                    for subscriber in room.subscribers:
                        subscriber.refresh(room_id)
                room.head = max(room.head, head)

    def _send_activity(self, room_id: int, head: int, frame: bytes) -> None:
        if room := self._rooms.get(room_id):
            room.head = max(room.head, head)
            if frame:
                room.send_activity(frame)

    def _send_personal(self, user_ids: Iterable[int], frame: bytes) -> None:
        for user_id in user_ids:
            if subscriber := self._subscribers.get(user_id):
                subscriber.send(frame)
