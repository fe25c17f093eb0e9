"""What a room is to have, stored in parts."""

import asyncio
import time
from collections.abc import Callable

from commands.importing.report import Report
from models import ImportItem, Room
from models.imported_messages import ImportedMessage, RoomWrittenError, add_messages

BATCH = 500  # Messages in one transaction.
# Between two of them whoever serves has the database for itself for as long, but not longer.
PAUSE_MAX = 0.1


class History:
    """Stores what a room is to have, in parts."""

    def __init__(
        self,
        source: str,
        item: ImportItem | None,
        stored: Room | None,
        report: Report,
        *,
        is_dry: bool,
    ) -> None:
        self._source, self._item, self._report, self._is_dry = source, item, report, is_dry
        # What is imported later than the rest has to be later: numbers are by time.
        self._after = stored.last_message_at if stored else None
        self._is_written = bool(stored and item and stored.revision != item.upto)
        self._batch: list[tuple[ImportedMessage, str]] = []
        self._size = 0

    async def add(self, message: ImportedMessage, where: str) -> None:
        """Store this one, with those that come behind it."""
        if self._size and self._size + len(message.bodies) > BATCH:
            await self.flush()
        self._batch.append((message, where))
        self._size += len(message.bodies)

    async def flush(self) -> None:
        """Store what has been added."""
        batch, self._batch, self._size = self._batch, [], 0
        keys = [message.key for message, _ in batch]
        known = await ImportItem.known(self._source, "message", keys) if self._item else {}
        fresh: list[tuple[ImportedMessage, str]] = []
        for message, where in batch:
            if message.key in known:
                _count(self._report.there, message)
            elif reason := self._refusal(message):
                self._leave(message, where, reason)
            else:
                fresh.append((message, where))
        is_stored = await self._store([message for message, _ in fresh])
        for message, where in fresh:
            if is_stored:
                _count(self._report.made, message)
            else:
                self._leave(message, where, "room_written")

    def _refusal(self, message: ImportedMessage) -> str:
        if self._is_written:
            return "room_written"
        return "earlier" if self._after and message.at < self._after else ""

    async def _store(self, messages: list[ImportedMessage]) -> bool:
        if self._item is None or self._is_dry or not messages:
            return True
        began = time.monotonic()
        try:
            await add_messages(self._source, self._item, messages)
        except RoomWrittenError:
            self._is_written = True
            return False
        await asyncio.sleep(min(time.monotonic() - began, PAUSE_MAX))
        return True

    def _leave(self, message: ImportedMessage, where: str, reason: str) -> None:
        self._report.leave("messages", reason, where)
        self._report.leave("reactions", "left_out_message", where, _reactions(message))
        self._report.leave("pins", "left_out_message", where, int(message.is_pinned))


def _count(count: Callable[[str, int], None], message: ImportedMessage) -> None:
    count("messages", 1)
    count("reactions", _reactions(message))
    count("pins", int(message.is_pinned))


def _reactions(message: ImportedMessage) -> int:
    return sum(len(users) for _, users in message.reactions)
