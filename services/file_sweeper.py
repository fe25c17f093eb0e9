"""Erases the bytes of files that are no more."""

import structlog

from models.file import discard_expired, erased_files, forget_erased
from services.files import keys_of
from services.storage import Storage

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
        return True
