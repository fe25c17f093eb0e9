"""The bytes of a file that is on its way here."""

import asyncio
import errno
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from models import Refusal
from services.storage.folder import make_private
from services.storage.threads import in_thread

log = structlog.get_logger(__name__)

# So much is gathered before it is worth a thread.
BUFFER = 256 << 10
# How long the next bytes may take: a telephone between two cells, and no peer that has gone.
CHUNK_SECONDS = 30.0
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class UnfinishedFile:
    """A file in the workplace, held by one writer at a time, of whatever process."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @property
    def size(self) -> int:
        """How many bytes have come."""
        return os.fstat(self._descriptor).st_size

    async def append(self, body: AsyncIterator[bytes], most: int) -> int:
        """Write what comes, and wait until it is on the disk; `most` is how long the file gets.
        Returns how long it is now.

        Raises:
            Refusal: too_large, for more than that; request_timeout; disk_full.
        """
        offset = self.size
        try:
            async for data in _gathered(body, most - offset):
                await in_thread(_write, self._descriptor, data, offset)
                offset += len(data)
            await in_thread(os.fsync, self._descriptor)
        except OSError as error:
            raise refusal_of(error) from None
        return offset


@contextmanager
def held(path: Path, *, is_new: bool = False) -> Iterator[UnfinishedFile]:
    """The file for one writer, who makes it if it is new.

    Raises:
        Refusal: upload_busy, while it is another one's; upload_offset, where it is not there: it
            has been stored meanwhile; disk_full.
    """
    try:
        if is_new:
            make_private(path.parent)
        how = os.O_CREAT | os.O_EXCL if is_new else 0
        descriptor = os.open(path, how | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:
        raise Refusal("upload_offset") from None
    except OSError as error:
        raise refusal_of(error) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield UnfinishedFile(descriptor)
    except BlockingIOError:
        raise Refusal("upload_busy", retry_after=1) from None
    finally:
        os.close(descriptor)


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
