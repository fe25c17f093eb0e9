"""One room in one process: its connections, and how far its messages have been delivered."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog
from msgspec import Struct

from realtime.connection import Connection

log = structlog.get_logger(__name__)

Missing = Callable[[int, int, int], Awaitable[list[tuple[int, bytes]]]]
RETRY_SECONDS = 0.5
WAITING_MAX = 1_000  # Deliveries behind a gap.


class Delivery(Struct, frozen=True):
    """A stored change on its way to the room's connections. `delivered` is called right after
    `sender` has been sent it, before that is sent anything else.
    """

    revision: int
    frame: bytes
    delivered: Callable[[], None] | None = None
    sender: Connection | None = None


class Channel:
    """Delivers every revision of a room once and in order.

    Next number? Deliver. Old? Drop. Gap? The missing ones are committed already, because numbers
    are given out under a lock that is held until commit: read them from the database first.
    """

    def __init__(self, room_id: int, missing: Missing, mended: Callable[[], None]) -> None:
        """`mended` is called when a gap has been filled."""
        self.room_id = room_id
        self.connections: set[Connection] = set()
        self.delivered = 0
        # On their way in: they keep the channel open too, but hear nothing live yet.
        self.visitors: set[Connection] = set()
        self.is_open = False
        self.lock = asyncio.Lock()
        self._missing = missing
        self._mended = mended
        self._waiting: dict[int, Delivery] = {}
        self._head = 0
        self._repair: asyncio.Task[None] | None = None

    @property
    def is_idle(self) -> bool:
        return not (self.connections or self.visitors or self._repair)

    def all(self) -> list[Connection]:
        """The connections, and those on their way in."""
        return [*self.connections, *self.visitors]

    def deliver(self, run: Sequence[Delivery]) -> None:
        """Deliver these in turn, at once if it is their turn. Never waits."""
        is_next = run[0].revision == self.delivered + 1 and run[-1].revision - run[
            0
        ].revision < len(run)
        if is_next and self.is_open and self._repair is None:
            self._emit(run)
            return
        for delivery in run:
            self._deliver(delivery)

    def _deliver(self, delivery: Delivery) -> None:
        if not self.is_open:
            self._head = max(self._head, delivery.revision)
            acknowledge(delivery)
        elif delivery.revision <= self.delivered:
            acknowledge(delivery)
        elif delivery.revision == self.delivered + 1 and self._repair is None:
            self._emit([delivery])
        else:
            if len(self._waiting) < WAITING_MAX:
                self._waiting[delivery.revision] = delivery
            else:  # It is in the database, and comes from there.
                acknowledge(delivery)
            self.notice(delivery.revision)

    def open(self, revision: int) -> None:
        """Deliver what comes after this revision. What was offered while it was being read from
        the database is fetched again.
        """
        self.delivered = revision
        self.is_open = True
        self.notice(self._head)

    def close(self) -> None:
        self.is_open = False
        self._head = 0

    def notice(self, head: int) -> None:
        """The room has got to this revision: fetch what is missing, if anything is."""
        self._head = max(self._head, head)
        if self._head > self.delivered and self._repair is None and self.is_open:
            self._repair = asyncio.create_task(self._fill(), name=f"repair-{self.room_id}")

    async def reach(self, head: int) -> None:
        """Wait until this revision has been delivered here."""
        self.notice(head)
        while self.delivered < head and self._repair:
            await asyncio.wait({self._repair})

    def pass_on(
        self, kind: str, frame: bytes, except_user: int | None, but: Connection | None
    ) -> None:
        """Hand a passing frame to every connection but this user's and this one."""
        for connection in self.connections:
            if connection.user_id != except_user and connection is not but:
                connection.send_passing(kind, frame)

    def stop(self) -> None:
        if self._repair:
            self._repair.cancel()

    async def _fill(self) -> None:
        try:
            while self.delivered < self._head:
                await self._fetch()
        finally:
            self._repair = None
            self._mended()

    async def _fetch(self) -> None:
        try:
            missing = await self._missing(self.room_id, self.delivered, self._head)
        except Exception as error:
            # The database is away. Nothing new can be stored meanwhile, so nothing piles up here.
            log.warning("gap_repair_failed", room=self.room_id, error=str(error))
            await asyncio.sleep(RETRY_SECONDS)
            return
        if not missing:  # The room was deleted meanwhile.
            self._head = self.delivered
            while self._waiting:
                acknowledge(self._waiting.popitem()[1])
        for revision, frame in missing:
            if revision > self.delivered:
                self._emit([self._waiting.pop(revision, Delivery(revision, frame))])
        for revision in [number for number in self._waiting if number <= self.delivered]:
            acknowledge(self._waiting.pop(revision))

    def _emit(self, run: Sequence[Delivery]) -> None:
        self.delivered = run[-1].revision
        frames = [delivery.frame for delivery in run]
        senders = self.connections.intersection(delivery.sender for delivery in run)
        for connection in self.connections:
            if connection not in senders:
                connection.send_run(frames)
        for delivery in run:
            for sender in senders:
                sender.send(delivery.frame)
            acknowledge(delivery)


def acknowledge(delivery: Delivery) -> None:
    """Tell whoever waits for it that it has been delivered here."""
    if delivery.delivered:
        delivery.delivered()
