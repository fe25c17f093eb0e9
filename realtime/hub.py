"""Delivers to this process's connections, in order, and hands on to the other processes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from background import end
from models import Refusal
from models.room_change import LEFT, StoredChange
from protocol.errors import error_frame
from protocol.server_frames import Limits, encode
from realtime.channels import Channels
from realtime.committed import Committed
from realtime.committed_encoder import CommittedEncoder
from realtime.connection import Connection
from realtime.connection_rights import ConnectionRights
from realtime.encoded_change import EncodedChange
from realtime.envelope import (
    CONTROL,
    ChangeCommitted,
    ConsentChanged,
    EphemeralFrame,
    HubNews,
    LobbyNews,
    MemberRemoved,
    MessagesCommitted,
    PresenceChosen,
    Renamed,
    Revocation,
)
from realtime.ephemeral_frames import EphemeralFrames
from realtime.lobby.lobby import Lobby
from realtime.metrics import metrics
from realtime.peers import Peers
from realtime.privacy import Privacy
from realtime.reconcile import compare, compare_forever
from realtime.replay import Pace, Position, Replay, at_once, ready
from realtime.room_changes import RoomChanges

log = structlog.get_logger(__name__)


class Hub:
    """All rooms that somebody on this process is in, and the way to the other processes."""

    def __init__(
        self, peers: Peers, locale: str, lobby: Lobby, changes: RoomChanges, limits: Limits
    ) -> None:
        self.lobby = lobby
        self.privacy = Privacy(peers.broadcast)
        self._peers = peers
        self._broadcast = peers.broadcast
        self._too_far_behind = encode(error_frame(Refusal("too_far_behind"), locale))
        self._changes = changes
        self._encoder = CommittedEncoder(locale)
        self._limits = limits
        self._channels = Channels(peers.broadcast, changes, self.revoke_here)
        self._ephemeral = EphemeralFrames(self._channels, lobby, self.privacy)
        self.rights = ConnectionRights(self._channels, lobby)
        self._tasks: set[asyncio.Task[None]] = set()
        # Awaited when another process tells that this user hides, or no longer.
        self.on_presence_chosen: Callable[[int], Awaitable[None]]

    async def start(self, recovered: Callable[[], Awaitable[None]]) -> None:
        """`recovered` is awaited whenever the way to the other processes is open again."""
        self._after_outage = recovered
        await self._broadcast.start(self._receive, self._recovered)
        await self._broadcast.subscribe(CONTROL)
        self._spawn(compare_forever(self, self._broadcast))
        self._spawn(self.lobby.compare_forever())
        self.privacy.start()

    async def stop(self) -> None:
        await self._channels.stop()
        self.lobby.stop()
        await self.privacy.stop()
        await end(*self._tasks)
        await self._broadcast.stop()

    @property
    def size(self) -> int:
        """How many connections there are in rooms, without those on their way in."""
        return self._channels.size

    def open_rooms(self) -> list[int]:
        return [channel.room_id for channel in self._channels if channel.is_open]

    def notice(self, room_id: int, head: int) -> None:
        """The room has got to this change: what is missing here is fetched."""
        self._channels.notice(room_id, head)

    def pop_untrusted(self) -> bool:
        return self._peers.pop_untrusted()

    async def wait_for(self, room_id: int, change: int) -> None:
        """Wait until this change has been delivered here, where the room is open."""
        if channel := self._channels.get(room_id):
            await channel.wait_for(change)

    async def join(
        self, connection: Connection, position: Position, checked_at: float, pace: Pace = at_once
    ) -> None:
        """Replay what `connection` missed, say `ready`, and put it into the live stream, without
        a seam.

        position: what it has seen already.
        checked_at: time.monotonic() from before the connection's rights were checked. What has been
            revoked since is revoked now.
        pace: awaited with the user's id before each page of a replay but the first.
        """
        channel = await self._channels.enter(connection)
        try:
            replay = Replay(channel, connection, self._changes, self._too_far_behind)
            metrics.count(f"resumes:{await replay.run(position, pace)}")
            self.rights.latest.rename_late(connection, checked_at)
            # From the last comparison of numbers to this line nothing is awaited: no change can
            # come between the replay and the live stream.
            connection.send(encode(ready(channel, connection, self._limits)))
            channel.add(connection)
            self.rights.latest.apply_late(connection, checked_at)
        finally:
            channel.visitors.discard(connection)

    async def leave(self, connection: Connection) -> None:
        await self._channels.leave(connection)

    async def enter_lobby(self, connection: Connection, checked_at: float) -> None:
        """Let a connection hear of all rooms of its user. `checked_at` as in join."""
        await self.lobby.enter(connection)
        self.rights.latest.apply_late(connection, checked_at)

    def committed(self, batch: Sequence[Committed]) -> None:
        """Deliver what this process has stored here, then tell the others: see CommitListener."""
        rooms: dict[int, list[Committed]] = {}
        repeats: list[Committed] = []
        for each in batch:
            if isinstance(each.content, StoredChange):
                self._change_room(each.content)
            elif each.is_repeat:
                repeats.append(each)
            else:
                rooms.setdefault(each.room_id, []).append(each)
        for room_id, run in rooms.items():
            self._deliver(room_id, self._encoder.encode(run))
        for each in repeats:  # Behind what they repeat, which may be in this very batch.
            self._repeat(each)

    def _repeat(self, committed: Committed) -> None:
        # Whoever stored it may have died before telling anybody.
        self.notice(committed.room_id, committed.change)
        if committed.sender:
            committed.sender.send(self._encoder.reply(committed))

    def _deliver(self, room_id: int, run: list[EncodedChange]) -> None:
        self._channels.deliver(room_id, run)
        items = [(each.first, each.change, each.message_id, each.frame) for each in run]
        self._peers.publish(MessagesCommitted(room_id, items))

    def _change_room(self, recorded: StoredChange) -> None:
        if recorded.kind == LEFT and recorded.user_id is not None:
            # First: they are not sent anything more.
            who = recorded.room_id, recorded.user_id, recorded.membership_id
            self.revoke(MemberRemoved(*who, recorded.is_ban))
        self._room_changed(recorded.room_id, recorded.change)
        self._peers.publish(ChangeCommitted(recorded.room_id, recorded.change))

    def _room_changed(self, room_id: int, change: int) -> None:
        """Each process reads it from the database: such changes are rare, and what they look like
        is put together from several tables.
        """
        self._channels.notice(room_id, change, is_gap=False)

    def send_ephemeral(
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
        ephemeral = EphemeralFrame(room_ids, kind, frame, except_user, to_lobby)
        self._ephemeral.send_here(ephemeral, except_connection)
        self._peers.publish(ephemeral)

    def revoke(self, revocation: Revocation) -> None:
        """Close the connections that have lost their right, everywhere."""
        self.rights.revoke_here(revocation)
        self._peers.publish(revocation)

    def rename(self, renamed: Renamed) -> None:
        """The connections of this user speak under another display name from now on, everywhere."""
        self.rights.rename_here(renamed)
        self._peers.publish(renamed)

    def revoke_here(self, revocation: Revocation) -> None:
        self.rights.revoke_here(revocation)

    async def consent_changed(self, room_id: int) -> None:
        """What two may learn of each other is something else now; elsewhere soon."""
        self._peers.publish(ConsentChanged(room_id))
        await self.privacy.refresh(room_id)

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _receive(self, name: str, payload: bytes) -> None:
        self._peers.receive(name, payload, self._handle)

    def _handle(self, message: HubNews) -> None:
        if isinstance(message, MessagesCommitted):
            run = [EncodedChange(*item) for item in message.items]
            self._channels.deliver(message.room_id, run)
        elif isinstance(message, ChangeCommitted):
            self._room_changed(message.room_id, message.change)
        elif isinstance(message, EphemeralFrame):
            self._ephemeral.send_here(message)
        elif isinstance(message, Renamed):
            self.rights.rename_here(message)
        elif isinstance(message, PresenceChosen):
            self._spawn(self.on_presence_chosen(message.user_id))
        elif isinstance(message, ConsentChanged):
            self.privacy.refresh_soon(message.room_id)
        elif isinstance(message, LobbyNews):
            self.lobby.receive(message)
        else:
            self.rights.revoke_here(message)

    async def _recovered(self) -> None:
        self._spawn(self._mend())

    async def _mend(self) -> None:
        for mend in (self.lobby.recovered, self._after_outage, self.privacy.refresh_all):
            try:
                await mend()
            except Exception as error:
                log.warning("mending_failed", error=str(error))
        # What was told meanwhile is told again. It is still true: nothing that was revoked comes
        # back under the same number.
        for told in self.rights.latest:
            self._peers.publish(told)
        await compare(self, heads=True, rights=True)
