"""Files in a folder."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

from services.storage.threads import in_thread

PART = 256 << 10  # Bytes that are read at once, of a file that somebody fetches.


class FolderStorage:
    """For our eyes only. Several servers may share it. Files lie in 256 folders, by the beginnings
    of their keys, which are random.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def workplace(self) -> Path:
        """In the folder, so that what is whole only gets another name."""
        return self._folder / "unfinished"

    async def take(self, key: str, source: Path) -> None:
        """See Storage."""
        await in_thread(self._take, key, source)

    async def size(self, key: str) -> int | None:
        """See Storage."""
        try:
            return (await in_thread(self.path(key).stat)).st_size
        except FileNotFoundError:
            return None

    async def read(self, key: str, first: int, end: int) -> AsyncIterator[bytes]:
        """See Storage."""
        with await in_thread(self.path(key).open, "rb", buffering=0) as file:
            while first < end:
                part = await in_thread(os.pread, file.fileno(), min(PART, end - first), first)
                if not part:
                    raise OSError(f"{key} is shorter than it was")
                yield part
                first += len(part)

    async def delete(self, *keys: str) -> None:
        """See Storage."""
        await in_thread(self._delete, keys)

    def _take(self, key: str, source: Path) -> None:
        path = self.path(key)
        make_private(path.parent)
        _sync(source)
        source.replace(path)
        _sync(path.parent)

    def _delete(self, keys: tuple[str, ...]) -> None:
        for key in keys:
            self.path(key).unlink(missing_ok=True)
            (self.workplace / key).unlink(missing_ok=True)

    def path(self, key: str) -> Path:
        """Where the bytes of this key are."""
        return self._folder / key[:2] / key


def make_private(folder: Path) -> None:
    """Make this folder, and those above it that are not there, for our eyes only."""
    if not folder.exists():
        make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync(folder.parent)  # After power loss what is in it has its name.


def _sync(path: Path) -> None:
    """Wait until it is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
