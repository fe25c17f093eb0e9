"""Collects what is waiting and stores it in one transaction: group commit."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator

import structlog
from msgspec import Struct

from models import Draft, Refusal
from models.batch import Outcome, store
from realtime.connection import Connection

log = structlog.get_logger(__name__)

BATCH_MAX = 500  # About 15 ms of database; larger batches make the first in them wait for nothing.
# Results told at once: a sender gets two frames for each, and a queue holds 256.
SLICE = 64
# Long messages need more than a turn: the time in which a socket has taken this much.
SLICE_CHARACTERS = 64 * 1024
PAUSE_SECONDS = 0.005
WAITING_MAX = 10_000  # A few seconds of what the database can store. Beyond: `overloaded`.


class Entry(Struct, frozen=True):
    """A draft and what to do with the outcome. `settle` must neither block nor raise; `began` is
    time.perf_counter() at its arrival; `sender` the connection it came from, if it did.
    """

    draft: Draft
    settle: Callable[[Outcome], None]
    began: float
    sender: Connection | None = None


Results = list[tuple[Entry, Outcome]]
Settled = Callable[[Results], None]


class Journal:
    """The only writer of messages in this process.

    There is no artificial delay: the first message is stored at once, and what arrives while the
    database is busy with it goes together next time. One at a time costs about 1.3 ms each on
    SQLite with fsync, fifty together 0.05 ms each.
    """

    def __init__(self, settled: Settled) -> None:
        self._settled = settled
        self._waiting: deque[Entry] = deque()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="journal")

    async def stop(self) -> None:
        """Store what is waiting, then end."""
        await self.flush()
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @property
    def size(self) -> int:
        """How many messages are waiting."""
        return len(self._waiting)

    async def flush(self) -> None:
        await self._idle.wait()

    def post(self, entry: Entry) -> None:
        """Hand over a message. Its outcome is settled after commit, in the order of the numbers.

        Raises:
            Refusal: overloaded, when too many are waiting.
        """
        if len(self._waiting) >= WAITING_MAX:
            raise Refusal("overloaded", retry_after=1)
        self._waiting.append(entry)
        self._idle.clear()
        self._wake.set()

    async def _run(self) -> None:
        while True:
            if not self._waiting:
                self._idle.set()
                self._wake.clear()
                await self._wake.wait()
            size = min(len(self._waiting), BATCH_MAX)
            try:
                await self._store([self._waiting.popleft() for _ in range(size)])
            except Exception:
                log.exception("journal_failed")  # One batch's failure is not the next one's.

    async def _store(self, entries: list[Entry]) -> None:
        began = time.perf_counter()
        outcomes: list[Outcome]
        try:
            outcomes = await store([entry.draft for entry in entries])
        except Exception as error:
            # Locked, full, gone: nothing was stored, the senders keep their client_ids and try
            # again, and so do we with the next batch.
            log.error("not_stored", count=len(entries), error=f"{type(error).__name__}: {error}")
            outcomes = [Refusal("not_stored", retry_after=1) for _ in entries]
        else:
            spent = round((time.perf_counter() - began) * 1000, 2)
            log.debug("stored", count=len(entries), duration_ms=spent)
        # By room: what one connection gets in a slice goes to it in one piece.
        results = sorted(zip(entries, outcomes, strict=True), key=_place)
        for part, size in _slices(results):
            self._settled(part)
            # The writers' turn: without it a full batch would overflow the queue of every
            # connection of the room, and they would be closed for being too slow.
            await asyncio.sleep(0 if size < SLICE_CHARACTERS else PAUSE_SECONDS)


def _place(result: tuple[Entry, Outcome]) -> tuple[int, int, bool]:
    outcome = result[1]
    if isinstance(outcome, Refusal):
        return 0, 0, False
    stored, is_fresh = outcome
    return stored.room_id, stored.number, not is_fresh


def _slices(results: Results) -> Iterator[tuple[Results, int]]:
    """The results in parts that fit into a connection's queue, and how many characters each has."""
    part: Results = []
    size = 0
    for entry, outcome in results:
        part.append((entry, outcome))
        size += len(entry.draft.body)
        if len(part) >= SLICE or size >= SLICE_CHARACTERS:
            yield part, size
            part, size = [], 0
    yield part, size
