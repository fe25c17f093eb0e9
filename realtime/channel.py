"""One room in one process: its connections, and how far its changes have been delivered."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import pairwise

import structlog

from models.room import Head
from realtime.bounded_frames import BoundedRun
from realtime.connection import Connection
from realtime.encoded_change import EncodedChange
from realtime.metrics import metrics
from realtime.tracing import tracing
from translations import DEFAULT

log = structlog.get_logger(__name__)

# (room_id, after, upto) → the next of the room's changes. Raises RoomGone.
ReadChanges = Callable[[int, int, int], Awaitable[list[EncodedChange]]]
RETRY_SECONDS = 0.5
WAITING_MAX = 1_000  # Deliveries behind a gap.


class RoomGone(Exception):  # noqa: N818 - reads as what it is
    """The room is not in the database any more."""


class Channel:
    """Delivers every change of a room once and in order.

    Next number? Deliver. Old? Drop. Gap? The missing ones are committed already, because numbers
    are given out under a lock that is held until commit: read them from the database first.
    """

    def __init__(
        self,
        room_id: int,
        read: ReadChanges,
        repaired: Callable[[], None],
        gone: Callable[[], None],
        locale: str = DEFAULT,
    ) -> None:
        """`read` reads changes from the database. `repaired` is called when a gap has been filled,
        `gone` when the room turns out to be no more.
        """
        self.room_id = room_id
        self.connections: set[Connection] = set()
        # Those of them who do not see all of the room.
        self._bounded: set[Connection] = set()
        self._locale = locale
        # The latest change, and the latest message, that the connections have been sent.
        self.delivered = 0
        self.message_id = 0
        # On their way in: they keep the channel open too, but hear nothing live yet.
        self.visitors: set[Connection] = set()
        self.is_open = False
        self.lock = asyncio.Lock()
        self._read = read
        self._repaired = repaired
        self._gone = gone
        self._waiting: dict[int, EncodedChange] = {}
        self._head = 0
        self._repair: asyncio.Task[None] | None = None

    @property
    def is_idle(self) -> bool:
        return not (self.connections or self.visitors or self._repair)

    def add(self, connection: Connection) -> None:
        """It hears what is live from now on."""
        self.connections.add(connection)
        if connection.from_number:
            self._bounded.add(connection)

    def discard(self, connection: Connection) -> None:
        """It is closed."""
        self.connections.discard(connection)
        self._bounded.discard(connection)

    def all(self) -> list[Connection]:
        """The connections, and those on their way in."""
        return [*self.connections, *self.visitors]

    def deliver(self, run: Sequence[EncodedChange]) -> None:
        """Deliver these in turn, at once if it is their turn. Never waits."""
        first, last = run[0].first, run[-1].change
        is_next = first == self.delivered + 1 and (last - first < len(run) or _is_dense(run))
        if is_next and self.is_open and self._repair is None:
            self._emit(run)
            return
        for delivery in run:
            self._deliver(delivery)

    def _deliver(self, delivery: EncodedChange) -> None:
        if not self.is_open:
            self._head = max(self._head, delivery.change)
            reply(delivery)
        elif delivery.change <= self.delivered:
            reply(delivery)
        elif delivery.first == self.delivered + 1 and self._repair is None:
            self._emit([delivery])
        else:
            if len(self._waiting) < WAITING_MAX:
                self._waiting[delivery.change] = delivery
            else:  # It is in the database, and comes from there.
                reply(delivery)
            self.notice(delivery.change)

    def open(self, head: Head) -> None:
        """Deliver what comes after these numbers. What was offered while they were being read from
        the database is fetched again.
        """
        self.delivered, self.message_id = head
        self.is_open = True
        self.notice(self._head)

    def close(self) -> None:
        self.is_open = False
        self._head = 0

    def notice(self, head: int, *, is_gap: bool = True) -> None:
        """The room has got to this change: fetch what is missing, if anything is. `is_gap` is False
        for what is always read from the database.
        """
        self._head = max(self._head, head)
        if self._head > self.delivered and self._repair is None and self.is_open:
            if is_gap:
                metrics.count("gap_repairs")
            self._repair = asyncio.create_task(self._fill(), name=f"repair-{self.room_id}")

    async def wait_for(self, head: int) -> None:
        """Wait until this change has been delivered here."""
        self.notice(head)
        while self.delivered < head and self._repair:
            await asyncio.wait({self._repair})

    def send_ephemeral(
        self, kind: str, frame: bytes, except_user: int | None, but: Connection | None
    ) -> None:
        """Hand a passing frame to every connection but this user's and this one."""
        for connection in self.connections:
            if connection.user_id != except_user and connection is not but:
                connection.send_ephemeral(kind, frame)

    def stop(self) -> None:
        if self._repair:
            self._repair.cancel()

    async def _fill(self) -> None:
        try:
            while self.delivered < self._head:
                await self._fetch()
        finally:
            self._repair = None
            self._repaired()

    async def _fetch(self) -> None:
        try:
            missing = await self._read(self.room_id, self.delivered, self._head)
        except RoomGone:
            self._give_up()
            self._gone()
            return
        except Exception as error:
            # The database is away. Nothing new can be stored meanwhile, so nothing piles up here.
            log.warning("gap_repair_failed", room=self.room_id, error=str(error))
            await asyncio.sleep(RETRY_SECONDS)
            return
        if not missing:  # The room has not got that far: whoever said so was wrong.
            log.warning("gap_without_changes", room=self.room_id, head=self._head)
            self._emit_waiting()
            self._give_up()
        for delivery in missing:
            if delivery.change > self.delivered:
                self._emit([self._waited_for(delivery)])
        for change in [number for number in self._waiting if number <= self.delivered]:
            reply(self._waiting.pop(change))

    def _emit_waiting(self) -> None:
        """What was stored while the database was being asked, as far as it follows."""
        for change in sorted(self._waiting):
            if self._waiting[change].first == self.delivered + 1:
                self._emit([self._waiting.pop(change)])

    def _waited_for(self, missing: EncodedChange) -> EncodedChange:
        """What waits under this number, with its replies. Of one that merges several the first have
        been delivered already: it is delivered as the database has it.
        """
        waiting = self._waiting.get(missing.change)
        if waiting is None or waiting.first <= self.delivered:
            return missing
        return self._waiting.pop(missing.change)

    def _give_up(self) -> None:
        self._head = self.delivered
        while self._waiting:
            reply(self._waiting.popitem()[1])

    def _emit(self, run: Sequence[EncodedChange]) -> None:
        self.delivered = run[-1].change
        self.message_id = max(self.message_id, *(delivery.message_id for delivery in run))
        frames = [delivery.frame for delivery in run]
        metrics.count("messages_delivered", len(run) * len(self.connections))
        tracing.delivered(self.room_id, run, len(self.connections))
        senders = self.connections.intersection(
            sender for delivery in run for sender, _ in delivery.replies
        )
        bounded = BoundedRun(run, self._locale) if self._bounded else None
        for connection in self.connections - self._bounded if bounded else self.connections:
            if connection not in senders:
                connection.send_run(frames)
        if bounded:
            for connection in self._bounded - senders:
                connection.send_run(bounded.frames(connection.from_number))
        shown = {each: bounded.frames(each.from_number) if bounded else frames for each in senders}
        for index, delivery in enumerate(run):
            for sender in senders:
                sender.send(shown[sender][index])
            reply(delivery)


def reply(delivery: EncodedChange) -> None:
    """Answer the sender: the change is delivered here, or is not this channel's to deliver."""
    for sender, frame in delivery.replies:
        sender.send(frame)


def _is_dense(run: Sequence[EncodedChange]) -> bool:
    return all(one.change + 1 == other.first for one, other in pairwise(run))
