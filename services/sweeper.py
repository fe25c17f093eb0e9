"""Takes deleted and replaced texts out of the database's files, and deleted files from the disk,
soon after.
"""

import asyncio
from collections.abc import Sequence

import structlog

from background import end, woken
from models import StoredMessage
from models.account_erasure import free_old_names
from models.held_message import forget_old_held
from models.invite_link import forget_dead_links
from models.message_change import MessageChange
from models.message_commands import DELETED, EDITED, FILES
from models.report import forget_old_reports
from models.room_change import LEFT, REMOVAL, StoredChange
from models.search_outdated import take_out_all
from models.sql.fast_path import sweep
from realtime.committed import Committed
from services.file_sweeper import FileSweeper

log = structlog.get_logger(__name__)

# What is deleted within this time is swept at once: it costs SQLite's writers about 1 ms, and
# PostgreSQL a look at each page that has changed.
SECONDS = 5.0
# How long the index of the search is worked at in between: a thousand long texts take a minute.
TAKE_OUT_SECONDS = 3.0
# After so long at most what is kept for a time alone is looked through.
WAIT_SECONDS = 3600.0


class Sweeper:
    """Sweeps once at the start too: the process before may have been killed too early."""

    def __init__(self, files: FileSweeper) -> None:
        self._files = files
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._wanted.set()
        self._task = asyncio.create_task(self._run(), name="sweeper")

    async def stop(self) -> None:
        """Sweep what is left, if it can be done now."""
        await end(self._task)
        if self._wanted.is_set():
            await self._sweep()

    def committed(self, batch: Sequence[Committed]) -> None:
        """See realtime.committed.CommitListener."""
        for each in batch:
            if not isinstance(each.content, StoredMessage) and _takes_text_away(each.content):
                self._wanted.set()

    def soon(self) -> None:
        """Something was erased that is no such change."""
        self._wanted.set()

    async def _run(self) -> None:
        while True:
            await woken(self._wanted, WAIT_SECONDS)
            await asyncio.sleep(SECONDS)
            self._wanted.clear()
            if not await self._sweep():
                self._wanted.set()

    async def _sweep(self) -> bool:
        try:
            await forget_old_reports()
            await forget_dead_links()
            await forget_old_held()
            await free_old_names()
            is_erased = await self._files.sweep()
            is_taken_out = await take_out_all(TAKE_OUT_SECONDS)
            return await sweep() and is_erased and is_taken_out
        except Exception as error:
            log.warning("not_swept", error=str(error))
            return False


def _takes_text_away(content: MessageChange | StoredChange) -> bool:
    """Or a file. Whoever leaves takes a draft with them, and the last one the room."""
    if isinstance(content, MessageChange):
        return content.kind in (DELETED, EDITED, FILES)
    return content.kind in (LEFT, REMOVAL)
