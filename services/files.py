"""Files as the members of their rooms fetch them."""

from collections.abc import AsyncIterator

import structlog

from models import File, Refusal
from services.actor import Actor
from services.picture_files import MADE
from services.storage import Storage

log = structlog.get_logger(__name__)

THUMBNAIL = ".thumbnail"  # What the key of the smaller picture ends with.


def keys_of(storage_key: str) -> tuple[str, ...]:
    """All that may be kept of a file, or lie in the workplace while it is made."""
    return storage_key, f"{storage_key}{THUMBNAIL}", f"{storage_key}{MADE}"


class StoredFile:
    """A file that somebody may see, or its smaller picture."""

    def __init__(self, file: File, storage: Storage, key: str, size: int) -> None:
        self.file = file
        self.key = key
        self.size = size
        self._storage = storage

    def read(self, first: int, end: int) -> AsyncIterator[bytes]:
        """Its bytes from `first` on, up to `end`, in parts."""
        return self._storage.read(self.key, first, end)


class Files:
    """Who sees a file is asked each time, and forgotten: whoever has left sees nothing more."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def own(self, actor: Actor, file_id: int) -> File:
        """A file of the actor's that belongs to no message yet, complete or not.

        Raises:
            Refusal: not_found.
        """
        return await File.own(actor.user_id, file_id)

    async def of_export(self, file_id: int) -> StoredFile | None:
        """A file of a message that is being exported: who may have it has been asked. None: it is
        not there any more.
        """
        file = await File.get_or_none(id=file_id, is_complete=True)
        key = str(file.storage_key) if file else ""
        size = await self._storage.size(key) if file else None
        return None if file is None or size is None else StoredFile(file, self._storage, key, size)

    async def shown(self, actor: Actor, file_id: int, *, is_thumbnail: bool = False) -> StoredFile:
        """A file that the actor sees.

        Raises:
            Refusal: not_found, also where its bytes are not here; unavailable.
        """
        file = await File.shown_to(actor.user_id, file_id)
        if is_thumbnail and not file.has_thumbnail:
            raise Refusal("not_found")
        key = f"{file.storage_key}{THUMBNAIL if is_thumbnail else ''}"
        try:
            size = await self._storage.size(key)
        except OSError as error:
            log.warning("file_not_read", file=file.id, error=str(error))
            raise Refusal("unavailable", retry_after=1) from None
        if size is None:
            log.error("file_missing", file=file.id, key=key)
            raise Refusal("not_found")
        return StoredFile(file, self._storage, key, size)
