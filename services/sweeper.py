"""Takes deleted and replaced texts out of the database's files, soon after."""

import asyncio
from collections.abc import Sequence

import structlog

from models.message_change import MessageChange
from models.message_commands import DELETED, EDITED
from models.sql.fast_path import sweep
from realtime.committed import Committed

log = structlog.get_logger(__name__)

# What is deleted within this time is swept at once: it costs SQLite's writers about 1 ms, and
# PostgreSQL a look at each page that has changed.
SECONDS = 5.0


class Sweeper:
    """Sweeps once at the start too: the process before may have been killed too early."""

    def __init__(self) -> None:
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._wanted.set()
        self._task = asyncio.create_task(self._run(), name="sweeper")

    async def stop(self) -> None:
        """Sweep what is left, if it can be done now."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._wanted.is_set():
            await self._sweep()

    def committed(self, batch: Sequence[Committed]) -> None:
        """See realtime.committed.CommitListener."""
        for each in batch:
            if isinstance(each.content, MessageChange) and each.content.kind in (DELETED, EDITED):
                self._wanted.set()

    def soon(self) -> None:
        """Something was erased that is no change of a message."""
        self._wanted.set()

    async def _run(self) -> None:
        while True:
            await self._wanted.wait()
            await asyncio.sleep(SECONDS)
            self._wanted.clear()
            if not await self._sweep():
                self._wanted.set()

    async def _sweep(self) -> bool:
        try:
            return await sweep()
        except Exception as error:
            log.warning("not_swept", error=str(error))
            return False
