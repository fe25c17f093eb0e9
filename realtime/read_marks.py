"""The read marks that one connection sends, as few as are worth storing."""

import asyncio
from collections.abc import Awaitable, Callable

from background import end
from realtime.inbox import INCOMING, Waiting


class ReadMarks:
    """Stores one at a time. Those that come meanwhile are stored as one, the furthest of them, and
    each is answered: whoever sends a thousand costs the database two or three statements.
    """

    __slots__ = ("_count", "_store", "_task", "_upto")

    def __init__(self, store: Callable[[int | None, int], Awaitable[None]]) -> None:
        """`store(upto, count)` moves the mark (None: to the end) and answers so many frames. It
        must not raise.
        """
        self._store = store
        self._upto: int | None = 0
        self._count = 0
        self._task: asyncio.Task[None] | None = None

    def put(self, upto: int | None) -> Waiting | None:
        """Take a frame. Returns what its sender has to wait for when many wait already."""
        self._upto = None if upto is None or self._upto is None else max(self._upto, upto)
        self._count += 1
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return self._emptied(self._task) if self._count >= INCOMING else None

    async def close(self) -> None:
        """Store nothing more; what is being stored is stored to the end."""
        await end(self._task)

    async def _run(self) -> None:
        try:
            while self._count:
                upto, count = self._upto, self._count
                self._upto, self._count = 0, 0
                await self._store(upto, count)
        finally:
            self._task = None

    @staticmethod
    async def _emptied(task: asyncio.Task[None]) -> None:
        await asyncio.wait({task})
