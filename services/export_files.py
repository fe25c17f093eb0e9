"""The files of exports: made beside each other, packed, and deleted."""

import asyncio
import contextlib
import os
import re
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from models.job import Job

BUFFER = 256 << 10
# As workplace() calls them: whatever else lies in the folder is somebody else's.
_OURS = re.compile(r"[0-9]+-[0-9a-f]{24}\.(zip|part)")
# What is older than any export may be was left by a process that was killed.
LEFT_SECONDS = Job.KEPT.total_seconds() + 86_400


class Draft:
    """A file that is being written; for our eyes only."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._parts: list[bytes] = []
        self._size = 0

    async def write(self, data: bytes) -> None:
        """Keep it until there is enough to be worth a thread."""
        self._parts.append(data)
        self._size += len(data)
        if self._size >= BUFFER:
            await self.flush()

    async def flush(self) -> None:
        data, self._parts, self._size = b"".join(self._parts), [], 0
        await asyncio.to_thread(self._file.write, data)


class ExportFiles:
    """The folder of exports. Several servers may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> Path | None:
        """Where this file is; None where it is not here."""
        path = self._folder / Path(name).name
        return path if name and path.is_file() else None

    @asynccontextmanager
    async def workplace(self, job_id: int) -> AsyncIterator["Workplace"]:
        """A folder for the files of one export, which is gone afterwards."""
        # Nobody guesses where it is, also who can read the folder by another way.
        name = f"{job_id}-{secrets.token_hex(12)}"
        folder = self._folder / f"{name}.part"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)
        try:
            yield Workplace(folder, self._folder / f"{name}.zip")
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def delete(self, names: list[str]) -> None:
        """Those of these files that are here."""
        for name in names:
            if path := self.path(name):
                await asyncio.to_thread(path.unlink, missing_ok=True)

    async def delete_left(self) -> None:
        """What nobody knows of any more."""
        await asyncio.to_thread(self._delete_left)

    def _delete_left(self) -> None:
        oldest = time.time() - LEFT_SECONDS
        with contextlib.suppress(FileNotFoundError):
            for path in self._folder.iterdir():
                if _OURS.fullmatch(path.name) and path.stat().st_mtime < oldest:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()


class Workplace:
    """Where the files of one export are made."""

    def __init__(self, folder: Path, packed: Path) -> None:
        self._folder = folder
        self._packed = packed
        self._names: list[str] = []

    @asynccontextmanager
    async def file(self, name: str) -> AsyncIterator[Draft]:
        """A new file with this name."""
        self._names.append(name)
        (self._folder / name).parent.mkdir(mode=0o700, exist_ok=True)
        with _private(self._folder / name) as file:
            draft = Draft(file)
            yield draft
            await draft.flush()

    async def pack(self, keep: Callable[[], Awaitable[None]]) -> tuple[str, int]:
        """Make one of all, by turns with everybody else; `keep` is awaited again and again, as it
        may take minutes. Returns its name and size.
        """
        draft = self._folder / "packed"
        with _private(draft) as target, ZipFile(target, "w", ZIP_DEFLATED) as archive:
            for name in self._names:
                with (
                    (self._folder / name).open("rb") as source,
                    archive.open(name, "w", force_zip64=True) as packed,
                ):
                    while data := await asyncio.to_thread(source.read, BUFFER):
                        await asyncio.to_thread(packed.write, data)
                        await keep()
        draft.rename(self._packed)
        return self._packed.name, self._packed.stat().st_size


def _private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b")
