"""What somebody has missed in a room, from the database, before they hear what is new."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import structlog
from msgspec import UNSET, Struct

from limits import REPLAY_MAX
from models import Room
from models.queries.messages import messages_after
from protocol.server_frames import Limits, Ready
from realtime.bounded_frames import resumed
from realtime.channel import Channel, RoomGone
from realtime.connection import ROOM_DELETED, Connection
from realtime.encoded_change import EncodedChange
from realtime.room_changes import PAGE, RoomChanges

log = structlog.get_logger(__name__)

Pace = Callable[[int], Awaitable[None]]
Pages = AsyncIterator[list[bytes]]


class Position(Struct, frozen=True):
    """Up to where somebody has everything: a change (`since`), or a message_id (`after`), when they
    want to be sent the missed messages alone. Neither: they want none of it.
    """

    since: int | None = None
    after: int | None = None


async def at_once(user_id: int) -> None:
    """Without a wait."""


class Replay:
    """One connection catches up with its room's channel."""

    def __init__(
        self, channel: Channel, connection: Connection, changes: RoomChanges, too_far: bytes
    ) -> None:
        """`too_far`: the frame for whoever has missed too much."""
        self._channel = channel
        self._connection = connection
        self._changes = changes
        self._too_far = too_far

    async def run(self, position: Position, pace: Pace = at_once) -> str:
        """Send what the channel has delivered after this position. `pace` is awaited before each
        page but the first: a replay slows down, and is not refused. Returns what became of it:
        none, caught_up, too_far_behind or cut_off.
        """
        await self._catch_up(position)
        if position.since is None and position.after is None:
            return "none"
        if await self._is_too_far(position):
            self._connection.send(self._too_far)
            return "too_far_behind"
        if position.since is not None:
            await self._send(self._since(position.since), pace)
        elif position.after is not None:
            await self._send(self._after(position.after), pace)
        return "cut_off" if self._connection.closing else "caught_up"

    async def _catch_up(self, position: Position) -> None:
        """Wait until the channel has delivered what somebody who comes in has seen already, on
        another process, before this one was notified: it would be delivered to them again.
        """
        since, after, channel = position.since or 0, position.after or 0, self._channel
        if since > channel.delivered or after > channel.message_id:
            heads = await Room.heads([channel.room_id])
            if head := heads.get(channel.room_id):
                await channel.wait_for(min(since, head.change) if since else head.change)

    async def _is_too_far(self, position: Position) -> bool:
        if position.since is None:
            after = self._from(position.after or 0)
            return self._channel.message_id - after > REPLAY_MAX
        if position.since > self._channel.delivered:  # A database restored from a backup.
            return True
        if self._channel.delivered - position.since <= REPLAY_MAX:
            return False
        return await self._changes.exceed(self._channel.room_id, position.since, REPLAY_MAX)

    async def _send(self, pages: Pages, pace: Pace) -> None:
        is_first = True
        try:
            async for page in pages:
                if not is_first:
                    await pace(self._connection.user_id)
                is_first = False
                for frame in page:
                    await self._connection.drain()  # A replay never makes a peer too slow.
                    self._connection.send(frame)
                if self._connection.closing:
                    return
        except RoomGone:
            self._connection.close(ROOM_DELETED, "room deleted")

    async def _since(self, since: int) -> Pages:
        after, channel = since, self._channel
        while after < channel.delivered:
            page, after = await self._changes.since(
                channel.room_id, after, channel.delivered, since=since
            )
            yield self._seen(page)

    async def _after(self, after: int) -> Pages:
        after, channel = self._from(after), self._channel
        while after < channel.message_id:
            messages = await messages_after(channel.room_id, after, channel.message_id, PAGE)
            if not messages:
                await self._check_room(after)
                return
            after = messages[-1].message_id
            page = await self._changes.messages.latest(channel.room_id, messages)
            yield self._seen(page)

    def _from(self, after: int) -> int:
        """What comes before all that they see, or has expired, is not missed."""
        return max(after, _bound(self._connection) - 1)

    def _seen(self, page: Sequence[EncodedChange]) -> list[bytes]:
        return resumed(page, _bound(self._connection), self._changes.locale)

    async def _check_room(self, after: int) -> None:
        room_id = self._channel.room_id
        if room_id not in await Room.heads([room_id]):
            raise RoomGone
        log.warning("replay_incomplete", room=room_id, after=after)  # Rows removed by hand.


def ready(channel: Channel, connection: Connection, limits: Limits) -> Ready:
    """The frame between what was missed and what is live."""
    return Ready(
        channel.room_id,
        channel.message_id,
        channel.delivered,
        connection.user_id,
        connection.username,
        limits,
        connection.display_name or UNSET,
        connection.floor or UNSET,
        _bound(connection) or UNSET,
    )


def _bound(connection: Connection) -> int:
    """The first message that its user sees; 0: all."""
    from_number, floor = connection.from_number, connection.floor
    return max(from_number, floor + 1) if floor else from_number
