"""The bytes of a file that is on its way here."""

import asyncio
import errno
import fcntl
import os
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from io import FileIO
from pathlib import Path
from time import monotonic

import structlog

from models import Refusal
from services.storage.folder import make_private
from services.storage.threads import in_thread

log = structlog.get_logger(__name__)

# So much is gathered before it is worth a thread.
BUFFER = 128 << 10
# How long the next bytes may take: a telephone between two cells, and no peer that has gone. Who is
# slower than this for longer is one who only keeps a place.
CHUNK_SECONDS = 30.0
BYTES_PER_SECOND = 1 << 10
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
        Returns how long it is now. What came before it took too long is kept.

        Raises:
            Refusal: too_large, for more than that; request_timeout; disk_full.
        """
        try:
            async with aclosing(_gathered(body, most - self.size)) as parts:
                async for data in parts:
                    await in_thread(_write, self._descriptor, data, self.size)
                    self.size += len(data)
        except OSError as error:
            raise refusal_of(error) from None
        finally:
            await self._sync()
        return self.size

    async def _sync(self) -> None:
        try:
            await in_thread(os.fsync, self._descriptor)
        except OSError as error:
            raise refusal_of(error) from None


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


async def _gathered(body: AsyncIterator[bytes], most: int) -> AsyncGenerator[bytes, None]:
    parts: list[bytes] = []
    size = total = 0
    pace = _Pace(body)
    while data := await pace.next():
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
    if pace.is_too_slow:
        raise Refusal("request_timeout")


class _Pace:
    """Waits for a body: each second of it has to be paid for by what comes, but those at first."""

    def __init__(self, body: AsyncIterator[bytes]) -> None:
        self._body = body
        self._left = CHUNK_SECONDS
        self.is_too_slow = False

    async def next(self) -> bytes:
        """What comes next; b"" at its end, or where it takes too long."""
        data, began = b"", monotonic()
        try:
            async with asyncio.timeout(self._left):
                while not data:
                    data = await anext(self._body)
        except StopAsyncIteration:
            return b""
        except TimeoutError:
            self.is_too_slow = True
            return b""
        earned = len(data) / BYTES_PER_SECOND - (monotonic() - began)
        self._left = min(CHUNK_SECONDS, self._left + earned)
        return data


def _write(descriptor: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, offset)
        view, offset = view[written:], offset + written
