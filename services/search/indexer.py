"""Puts what was posted into the index, soon after, and never in the way of a message."""

import asyncio
from collections.abc import Awaitable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import TypeVar

import structlog

from background import end, woken
from models.search_document import Text
from models.search_index import (
    PART,
    Documents,
    Indexed,
    begin_anew,
    documents,
    forget_rooms,
    index_room,
    index_stale,
    next_texts,
    rooms_behind,
    stale_texts,
)
from models.search_outdated import take_out
from realtime.committed import Committed

log = structlog.get_logger(__name__)
T = TypeVar("T")

# What is posted within this time is indexed together. A search does not wait for it.
SECONDS = 1.0
# After so long at most is looked for what others have posted, who were killed.
WAIT_SECONDS = 60.0
RETRY_SECONDS = 5.0
# While messages come, the index has a twentieth of the time, which is enough for 500 messages in a
# second. While more come it cannot keep up, and has a hundredth: it catches up when it is quiet.
PAUSE_FACTOR = 20
BUSY_RATE = 500
BUSY_PAUSE_FACTOR = 100
PAUSE_MAX = 5.0
ROOMS = 100
CATCH_UP_MAX = 20  # Rooms, each by as many messages as PART.


class Indexer:
    """One task in each process. Two that find the same room behind do not wait for each other."""

    def __init__(self) -> None:
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "search-terms")
        self._committed = 0
        self._rooms: set[int] = set()

    def start(self) -> None:
        self._wanted.set()
        self._task = asyncio.create_task(self._run(), name="search-indexer")

    async def stop(self) -> None:
        """What is left is indexed by the next process."""
        await end(self._task)
        self._thread.shutdown(wait=False, cancel_futures=True)

    def committed(self, batch: Sequence[Committed]) -> None:
        """See realtime.committed.CommitListener."""
        self._committed += len(batch)
        self._rooms.update([each.room_id for each in batch])
        self._wanted.set()

    async def catch_up(self, rooms: Sequence[int]) -> None:
        """Index the next messages of some of these rooms at once, for somebody who looks there for
        what has just been said.
        """
        await self._stale()
        for room_id in rooms[:CATCH_UP_MAX]:
            done, count = await self._part_of(room_id), 0
            while done and done.has_more and (count := count + done.messages) < PART:
                done = await self._part_of(room_id)

    async def _run(self) -> None:
        next_look = 0.0
        while True:
            await woken(self._wanted, max(0.0, next_look - monotonic()))
            await asyncio.sleep(SECONDS)
            self._wanted.clear()
            rooms, self._rooms = self._rooms, set()
            try:
                await self._index(rooms)
                if monotonic() >= next_look:
                    await self._look_for_more()
                    next_look = monotonic() + WAIT_SECONDS
            except Exception as error:
                log.warning("not_indexed", error=f"{type(error).__name__}: {error}")
                next_look = monotonic() + RETRY_SECONDS

    async def _index(self, rooms: Collection[int]) -> None:
        while await self._paced(self._stale()):
            pass
        for room_id in rooms:
            await self._room(room_id)

    async def _look_for_more(self) -> None:
        """What was posted by processes that did not index it, and all after a new analyzer."""
        await begin_anew(only_if_old=True)
        while rooms := await rooms_behind(ROOMS):
            done = [await self._room(room_id) for room_id in rooms]
            if not any(done):  # Another process is at them.
                break
        await forget_rooms()

    async def _room(self, room_id: int) -> bool:
        """Whether something was done."""
        done = first = await self._paced(self._part_of(room_id))
        while done and done.has_more:
            done = await self._paced(self._part_of(room_id))
        return first is not None

    async def _paced(self, part: Awaitable[T]) -> T:
        began, before = monotonic(), self._committed
        done = await part
        seconds, come = monotonic() - began, self._committed - before
        if come:
            factor = BUSY_PAUSE_FACTOR if come > seconds * BUSY_RATE else PAUSE_FACTOR
            await asyncio.sleep(min(seconds * factor, PAUSE_MAX))
        return done

    async def _part_of(self, room_id: int) -> Indexed | None:
        return await index_room(room_id, await self._documents(await next_texts(room_id)))

    async def _stale(self) -> bool:
        """Whether there may be more."""
        taken = await take_out(edited=True)
        texts = await stale_texts()
        done = await index_stale(await self._documents(texts)) if texts else None
        return taken > 0 or (done is not None and done.has_more)

    async def _documents(self, texts: list[Text]) -> Documents:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, documents, texts)
