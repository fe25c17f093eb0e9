"""Where the bytes of files are: one small contract, and what fulfils it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

from config import INSTANCE
from services.storage.folder import FolderStorage


class Storage(Protocol):
    """Keeps bytes under keys. A key is stored once, and never with other bytes."""

    @property
    def workplace(self) -> Path:
        """The folder on this machine in which files lie that are not whole yet."""

    async def take(self, key: str, source: Path) -> None:
        """Keep the bytes of this file, which lies in the workplace and is gone afterwards. They are
        there whole, and on the disk, or not at all.

        Raises:
            OSError: the disk is full, or the storage does not answer.
        """

    async def size(self, key: str) -> int | None:
        """How many bytes there are under the key; None: it is not there."""

    def read(self, key: str, first: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `first` on, those from `end` on not among them, in parts.

        Raises:
            OSError: while it is read.
        """

    async def delete(self, *keys: str) -> None:
        """Keep nothing under these keys any more, nor in the workplace; nothing happens where
        there is nothing.
        """


def open_storage(url: str) -> Storage:
    """The one of FILES_URL."""
    if url.startswith("s3://"):
        # 16 MB, which nobody pays for who has a folder.
        from services.storage.s3 import S3Storage  # noqa: PLC0415

        return S3Storage(url, INSTANCE / "unfinished")
    return FolderStorage(Path(url))


__all__ = ["FolderStorage", "Storage", "open_storage"]
