"""The channels of all rooms that somebody on this process is in."""

import asyncio
from collections.abc import Callable, Iterator

from background import end
from models import Room
from models.room import Head
from realtime.broadcast import Broadcast
from realtime.channel import Channel, reply
from realtime.connection import Connection
from realtime.encoded_change import EncodedChange
from realtime.envelope import Revocation, RoomDeleted, room_channel
from realtime.revocations import lost_memberships
from realtime.room_changes import RoomChanges


class Channels:
    """Opens a room's channel for the first one in, and closes it behind the last one out."""

    def __init__(
        self, broadcast: Broadcast, changes: RoomChanges, revoke: Callable[[Revocation], None]
    ) -> None:
        """`revoke` is called when a room turns out to be no more, or somebody to have left it."""
        self._broadcast = broadcast
        self._changes = changes
        self._revoke = revoke
        self._by_room: dict[int, Channel] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._is_stopped = False

    def __iter__(self) -> Iterator[Channel]:
        return iter(self._by_room.values())

    @property
    def size(self) -> int:
        """How many connections there are in all, without those on their way in."""
        return sum(len(channel.connections) for channel in self)

    def get(self, room_id: int) -> Channel | None:
        return self._by_room.get(room_id)

    def deliver(self, room_id: int, run: list[EncodedChange]) -> None:
        """Send changes to the room's connections; who has asked for them is answered in any
        case.
        """
        if channel := self._by_room.get(room_id):
            channel.deliver(run)
        else:
            for encoded in run:
                reply(encoded)

    def notice(self, room_id: int, head: int, *, is_gap: bool = True) -> None:
        """See Channel.notice. Rooms that nobody is in have nothing to fetch."""
        if channel := self._by_room.get(room_id):
            channel.notice(head, is_gap=is_gap)

    async def enter(self, connection: Connection) -> Channel:
        """The open channel of the connection's room, with the connection among its visitors."""
        room_id = connection.room_id
        channel = self._by_room.get(room_id)
        if channel is None:
            channel = self._by_room[room_id] = Channel(
                room_id,
                self._read,
                lambda: self._repaired(room_id),
                lambda: self._revoke(RoomDeleted(room_id)),
                self._changes.locale,
            )
        channel.visitors.add(connection)
        try:
            # The first one in subscribes; the others wait here until the subscription stands.
            async with channel.lock:
                if not channel.is_open:
                    await self._open(channel)
        except BaseException:
            channel.visitors.discard(connection)
            await self._close_idle(channel)
            raise
        return channel

    async def leave(self, connection: Connection) -> None:
        if channel := self._by_room.get(connection.room_id):
            channel.discard(connection)
            await self._close_idle(channel)

    async def stop(self) -> None:
        """Repair nothing more."""
        self._is_stopped = True
        for channel in self:
            channel.stop()
        await end(*self._closing)

    async def _open(self, channel: Channel) -> None:
        await self._broadcast.subscribe(room_channel(channel.room_id))
        # Read after subscribing: a message committed in between is counted here and dropped as
        # old when its notification arrives, never missed.
        heads = await Room.heads([channel.room_id])
        channel.open(heads.get(channel.room_id, Head(0, 0)))

    async def _read(self, room_id: int, after: int, upto: int) -> list[EncodedChange]:
        page = await self._changes.each(room_id, after, upto)
        if left := {change.left for change in page if change.left}:
            await self._revoke_left(room_id, left)
        return page

    async def _revoke_left(self, room_id: int, user_ids: set[int]) -> None:
        """Before they are sent anything more. As a rule a notification has done it already; that
        can be lost, and whoever should have sent it may be dead.
        """
        checked: set[Connection] = set()
        while channel := self._by_room.get(room_id):
            present = {each for each in channel.all() if each.user_id in user_ids} - checked
            if not present:
                return
            for removed in await lost_memberships(present):
                self._revoke(removed)
            checked |= present  # Somebody may have come in meanwhile.

    async def _close_idle(self, channel: Channel) -> None:
        if not channel.is_idle:
            return
        async with channel.lock:
            if self._is_unused(channel):
                channel.close()
                await self._broadcast.unsubscribe(room_channel(channel.room_id))
                if self._is_unused(channel):
                    del self._by_room[channel.room_id]

    def _repaired(self, room_id: int) -> None:
        # The last one may have left while the gap was being filled.
        if (channel := self._by_room.get(room_id)) and not self._is_stopped:
            task = asyncio.create_task(self._close_idle(channel))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    def _is_unused(self, channel: Channel) -> bool:
        return channel.is_idle and self._by_room.get(channel.room_id) is channel
