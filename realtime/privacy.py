"""What the two of a direct conversation are not to learn of each other.

The rules are in models.queries.private_members.
"""

import asyncio
import itertools
from collections import Counter
from collections.abc import Coroutine
from typing import Any

import structlog

from background import end
from models.queries.private_members import private_members
from realtime.broadcast import Broadcast

log = structlog.get_logger(__name__)

REFRESH_SECONDS = 20.0  # Where the news that something has changed can be lost.

_KINDS = ("typing", "read")
_NOBODY: tuple[int, frozenset[int]] = 0, frozenset()


class Privacy:
    """The direct conversations that are open on this process, with those of the two whose presence,
    typing and reading is theirs to know. Other rooms cost a look into a dictionary.
    """

    def __init__(self, broadcast: Broadcast) -> None:
        self._broadcast = broadcast
        # With the number of the question that they are the answer to.
        self._private: dict[int, tuple[int, frozenset[int]]] = {}
        self._questions = itertools.count(1)
        self._visits: Counter[int] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._refreshes: dict[int, asyncio.Task[None]] = {}

    async def enter(self, room_id: int) -> None:
        """A connection comes into a direct conversation."""
        self._visits[room_id] += 1
        # The first one in is told nothing, and tells nothing, before this has been read.
        self._private.setdefault(room_id, _NOBODY)
        await self.refresh(room_id)

    def leave(self, room_id: int) -> None:
        """It has gone, however far it had come."""
        self._visits[room_id] -= 1
        if self._visits[room_id] <= 0:
            del self._visits[room_id]
            self._private.pop(room_id, None)

    def of(self, room_id: int) -> frozenset[int]:
        """The users of whom the other one learns nothing there."""
        return self._private.get(room_id, _NOBODY)[1]

    def hides(self, room_id: int, kind: str) -> bool:
        """Whether the other one is not to get a frame of this kind (`typing:<user_id>` …)."""
        private = self.of(room_id)
        if not private:
            return False
        what, _, user_id = kind.partition(":")
        return what in _KINDS and int(user_id) in private

    async def refresh(self, room_id: int) -> None:
        """Something has changed, here or on another process."""
        if room_id in self._private:
            question = next(self._questions)
            found = await private_members(room_id)
            # Answers overtake each other: one that was asked for before the change may come last.
            if self._private.get(room_id, (question,))[0] < question:
                self._private[room_id] = question, found

    def refresh_soon(self, room_id: int) -> None:
        """The same, for callers that cannot wait."""
        if room_id in self._private:
            refresh = self._refreshes[room_id] = self.spawn(self.refresh(room_id))
            refresh.add_done_callback(lambda _: self._refreshed(room_id, refresh))

    def refresh_under_way(self, room_id: int) -> asyncio.Task[None] | None:
        """What is to be awaited before `hides` knows of the last change that was heard of."""
        return self._refreshes.get(room_id)

    def _refreshed(self, room_id: int, refresh: asyncio.Task[None]) -> None:
        if self._refreshes.get(room_id) is refresh:
            del self._refreshes[room_id]

    async def refresh_all(self) -> None:
        """Nobody knows what was missed."""
        for room_id in list(self._private):
            await self.refresh(room_id)

    def start(self) -> None:
        self.spawn(self._refresh_forever())

    async def stop(self) -> None:
        await end(*self._tasks)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Let this run, to its end or to the end of the process."""
        task = asyncio.create_task(self._logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _logged(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:
            log.warning("consent_not_told", error=str(error))

    async def _refresh_forever(self) -> None:
        while self._broadcast.lossy:
            await asyncio.sleep(REFRESH_SECONDS)
            try:
                await self.refresh_all()
            except Exception as error:
                log.warning("privacy_not_read", error=str(error))
