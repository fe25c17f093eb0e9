"""Erases the bytes of files that are no more."""

import contextlib
import time
from pathlib import Path

import structlog

from models.file import KEPT, discard_expired, erased_files, forget_erased
from services.files import keys_of
from services.storage import Storage
from services.storage.threads import in_thread

log = structlog.get_logger(__name__)

PART = 100


class FileSweeper:
    """Whatever is deleted leaves its key in a table: it is taken out when the bytes are gone. So
    whoever is killed in between begins again.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def sweep(self) -> bool:
        """Whether everything is erased."""
        await discard_expired()
        while some := await erased_files(PART):
            for each in some:
                key = str(each.storage_key)
                try:
                    await self._storage.delete(*keys_of(key))
                except OSError as error:
                    log.warning("file_not_erased", key=key, error=str(error))
                    return False
                await forget_erased(each)
        await in_thread(_clear, self._storage.workplace)
        return True


def _clear(workplace: Path) -> None:
    """What came of a picture is there as it was, with its place, where the process was killed
    before it was removed; and on one of several servers what another one has swept.
    """
    old = time.time() - KEPT.total_seconds()
    with contextlib.suppress(OSError):
        for path in workplace.iterdir():
            if path.stat().st_mtime < old:
                path.unlink(missing_ok=True)
