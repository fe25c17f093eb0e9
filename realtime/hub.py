"""Delivers to this process's connections, in order, and hands on to the other processes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import msgspec
import structlog

from models import Refusal, Room
from realtime import envelope, frames
from realtime.broadcast import Broadcast
from realtime.channel import Channel, Delivery, acknowledge
from realtime.comparison import compare, compare_forever
from realtime.connection import Connection
from realtime.envelope import (
    CONTROL,
    LobbyNews,
    Passing,
    Renamed,
    Revocation,
    SessionEnded,
)
from realtime.lobby import Lobby
from realtime.replay import catch_up, missing, replay
from realtime.revocations import Revocations, close_if_revoked

log = structlog.get_logger(__name__)


class Hub:
    """All rooms that somebody on this process is in, and the way to the other processes."""

    def __init__(self, broadcast: Broadcast, locale: str, lobby: Lobby) -> None:
        self.lobby = lobby
        self._broadcast = broadcast
        self._too_far_behind = frames.error(Refusal("too_far_behind"), locale)
        self._channels: dict[int, Channel] = {}
        self._revocations = Revocations()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_stopped = False

    async def start(self, recovered: Callable[[], Awaitable[None]]) -> None:
        """`recovered` is awaited whenever the way to the other processes is open again."""
        self._after_outage = recovered
        await self._broadcast.start(self._heard, self._recovered)
        await self._broadcast.subscribe(CONTROL)
        self._spawn(compare_forever(self, self._broadcast))
        self._spawn(self.lobby.compare_forever())

    async def stop(self) -> None:
        self._is_stopped = True
        for channel in self._channels.values():
            channel.stop()
        self.lobby.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._broadcast.stop()

    def connections(self) -> list[Connection]:
        """All connections, those whose replay is still under way as well."""
        return [
            *(connection for channel in self._channels.values() for connection in channel.all()),
            *self.lobby.connections(),
        ]

    def open_rooms(self) -> list[int]:
        return [room_id for room_id, channel in self._channels.items() if channel.is_open]

    def notice(self, room_id: int, head: int) -> None:
        """The room has got to this revision: what is missing here is fetched."""
        if channel := self._channels.get(room_id):
            channel.notice(head)

    async def join(self, connection: Connection, after: int | None, since: float) -> int:
        """Replay what `connection` missed, say `ready`, and put it into the live stream, without
        a seam. Returns the revision at which it joined.

        after: the last message_id seen, or None for no replay.
        since: time.monotonic() from before the connection's rights were checked. What has been
            revoked meanwhile is revoked now.
        """
        channel = await self._enter(connection)
        try:
            if after is not None:
                await catch_up(channel, after)
                await replay(channel, connection, after, self._too_far_behind)
            # From the last comparison of numbers to this line nothing is awaited: no message can
            # come between the replay and the live stream.
            connection.send(
                frames.ready(
                    channel.room_id,
                    channel.delivered,
                    connection.user_id,
                    connection.username,
                    connection.display_name,
                )
            )
            channel.connections.add(connection)
            self._revocations.apply_late(connection, since)
            return channel.delivered
        finally:
            channel.visitors.discard(connection)

    async def leave(self, connection: Connection) -> None:
        channel = self._channels.get(connection.room_id)
        if channel is None:
            return
        channel.connections.discard(connection)
        await self._close_idle(channel)

    async def enter_lobby(self, connection: Connection, since: float) -> None:
        """Let a connection hear of all rooms of its user. `since` as in join."""
        await self.lobby.enter(connection)
        self._revocations.apply_late(connection, since)

    def deliver(self, room_id: int, deliveries: list[Delivery]) -> None:
        """Deliver what this process has stored here, then ring for the others."""
        if channel := self._channels.get(room_id):
            channel.deliver(deliveries)
        else:
            for delivery in deliveries:
                acknowledge(delivery)
        items = [(delivery.revision, delivery.frame) for delivery in deliveries]
        self._publish(_name(room_id), envelope.Stored(room_id, items))

    def pass_on(
        self,
        room_ids: list[int],
        kind: str,
        frame: bytes,
        except_user: int | None = None,
        except_connection: Connection | None = None,
        to_lobby: bool = False,
    ) -> None:
        """Hand a frame that only matters now to these rooms, everywhere, but not to this user or
        this connection; with `to_lobby` also to their members who are elsewhere. Of frames of one
        kind a slow peer may get only the latest.
        """
        passing = Passing(room_ids, kind, frame, except_user, to_lobby)
        self._pass_on_here(passing, except_connection)
        is_for_one = len(room_ids) == 1 and not to_lobby
        self._publish(_name(room_ids[0]) if is_for_one else CONTROL, passing)

    def revoke(self, revocation: Revocation) -> None:
        """Close the connections that have lost their right, everywhere."""
        self.revoke_here(revocation)
        self._publish(CONTROL, revocation)

    def rename(self, renamed: Renamed) -> None:
        """The connections of this user speak under another display name from now on, everywhere."""
        self._rename_here(renamed)
        self._publish(CONTROL, renamed)

    def _rename_here(self, renamed: Renamed) -> None:
        for connection in self.connections():
            if connection.user_id == renamed.user_id:
                connection.display_name = renamed.display_name

    def _publish(self, name: str, message: envelope.Envelope) -> None:
        if self._broadcast.has_peers:
            self._broadcast.publish(name, envelope.encode(message))

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _enter(self, connection: Connection) -> Channel:
        room_id = connection.room_id
        channel = self._channels.get(room_id)
        if channel is None:
            channel = self._channels[room_id] = Channel(
                room_id, missing, lambda: self._mended(room_id)
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

    async def _open(self, channel: Channel) -> None:
        await self._broadcast.subscribe(_name(channel.room_id))
        # Read after subscribing: a message committed in between is counted here and dropped as
        # old when its ring is heard, never missed.
        heads = await Room.heads([channel.room_id])
        channel.open(heads.get(channel.room_id, 0))

    async def _close_idle(self, channel: Channel) -> None:
        if not channel.is_idle:
            return
        async with channel.lock:
            if self._is_unused(channel):
                channel.close()
                await self._broadcast.unsubscribe(_name(channel.room_id))
                if self._is_unused(channel):
                    del self._channels[channel.room_id]

    def _mended(self, room_id: int) -> None:
        # The last one may have left while the gap was being filled.
        if (channel := self._channels.get(room_id)) and not self._is_stopped:
            self._spawn(self._close_idle(channel))

    def _is_unused(self, channel: Channel) -> bool:
        return channel.is_idle and self._channels.get(channel.room_id) is channel

    def _heard(self, name: str, payload: bytes) -> None:
        try:
            message = envelope.decode(payload)
        except msgspec.DecodeError as error:  # Another version of ours, during a deploy.
            log.warning("envelope_unreadable", channel=name, error=str(error))
            return
        if isinstance(message, envelope.Stored):
            if channel := self._channels.get(message.room_id):
                channel.deliver([Delivery(revision, frame) for revision, frame in message.items])
        elif isinstance(message, Passing):
            self._pass_on_here(message)
        elif isinstance(message, Renamed):
            self._rename_here(message)
        elif isinstance(message, LobbyNews):
            self.lobby.hear(message)
        else:
            self.revoke_here(message)

    def _pass_on_here(self, passing: Passing, but: Connection | None = None) -> None:
        for room_id in passing.room_ids:
            if channel := self._channels.get(room_id):
                channel.pass_on(passing.kind, passing.frame, passing.except_user, but)
        if passing.to_lobby:
            self.lobby.pass_on(passing.room_ids, passing.kind, passing.frame)

    def revoke_here(self, revocation: Revocation) -> None:
        """As revoke, on this process alone."""
        self._revocations.add(revocation)
        for connection in self._concerned(revocation):
            close_if_revoked(connection, revocation)
        self.lobby.revoked(revocation)

    def _concerned(self, revocation: Revocation) -> Iterable[Connection]:
        if isinstance(revocation, SessionEnded):
            return self.connections()
        channel = self._channels.get(revocation.room_id)
        return channel.all() if channel else []

    async def _recovered(self) -> None:
        self._spawn(self._mend())

    async def _mend(self) -> None:
        for mend in (self.lobby.recovered, self._after_outage):
            try:
                await mend()
            except Exception as error:
                log.warning("mending_failed", error=str(error))
        for revocation in self._revocations:
            self._publish(CONTROL, revocation)
        await compare(self, heads=True, rights=True)


def _name(room_id: int) -> str:
    return f"room:{room_id}"
