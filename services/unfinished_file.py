"""The bytes of a file that is on its way here."""

import asyncio
import errno
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import FileIO
from pathlib import Path

import structlog

from models import Refusal
from services.storage.folder import make_private
from services.storage.threads import in_thread

log = structlog.get_logger(__name__)

# So much is gathered before it is worth a thread.
BUFFER = 128 << 10
# How long the next bytes may take: a telephone between two cells, and no peer that has gone.
CHUNK_SECONDS = 30.0
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class UnfinishedFile:
    """A file in the workplace, held by one writer at a time, of whatever process. `size` is how
    many bytes have come.
    """

    def __init__(self, file: FileIO, size: int) -> None:
        self._descriptor = file.fileno()
        self.size = size

    async def append(self, body: AsyncIterator[bytes], most: int) -> int:
        """Write what comes, and wait until it is on the disk; `most` is how long the file gets.
        Returns how long it is now.

        Raises:
            Refusal: too_large, for more than that; request_timeout; disk_full.
        """
        try:
            async for data in _gathered(body, most - self.size):
                await in_thread(_write, self._descriptor, data, self.size)
                self.size += len(data)
            await in_thread(os.fsync, self._descriptor)
        except OSError as error:
            raise refusal_of(error) from None
        return self.size


@asynccontextmanager
async def held(path: Path, *, is_new: bool = False) -> AsyncIterator[UnfinishedFile]:
    """The file for one writer, who makes it if it is new.

    Raises:
        Refusal: upload_busy, while it is another one's; upload_offset, where it is not there: it
            has been stored meanwhile; disk_full.
    """
    # In threads: while others wait for the disk, a name in a folder may wait for them.
    try:
        file, size = await in_thread(_opened, path, is_new)
    except BlockingIOError:
        raise Refusal("upload_busy", retry_after=1) from None
    except FileNotFoundError:
        raise Refusal("upload_offset") from None
    except OSError as error:
        raise refusal_of(error) from None
    try:
        yield UnfinishedFile(file, size)
    finally:
        await in_thread(file.close)


def _opened(path: Path, is_new: bool) -> tuple[FileIO, int]:
    """The file, which is locked, and how long it is. Whoever is cancelled before they get it drops
    it, and so closes it.
    """
    if is_new:
        make_private(path.parent)
    how = os.O_CREAT | os.O_EXCL if is_new else 0
    file = FileIO(os.open(path, how | os.O_RDWR | os.O_CLOEXEC, 0o600), "r+")
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return file, os.fstat(file.fileno()).st_size


def refusal_of(error: OSError) -> Refusal:
    """What is answered where it could not be written."""
    log.error("file_not_stored", error=str(error))
    return Refusal("disk_full" if error.errno in _FULL else "file_not_stored")


async def _gathered(body: AsyncIterator[bytes], most: int) -> AsyncIterator[bytes]:
    parts: list[bytes] = []
    size = total = 0
    async for data in _timed(body):
        parts.append(data)
        size += len(data)
        total += len(data)
        if total > most:
            raise Refusal("too_large")
        if size >= BUFFER:
            yield b"".join(parts)
            parts, size = [], 0
    if parts:
        yield b"".join(parts)


async def _timed(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    while True:
        try:
            async with asyncio.timeout(CHUNK_SECONDS):
                data = await anext(body)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise Refusal("request_timeout") from None
        yield data


def _write(descriptor: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, offset)
        view, offset = view[written:], offset + written
