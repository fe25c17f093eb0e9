"""Pictures are decoded beside the server, by `services/picture_worker.py`, one at a time."""

import asyncio
import contextlib
import errno
import signal
import sys
from pathlib import Path

from models import Refusal
from models.fair_queue import FairQueue

WAIT_SECONDS_MAX = 15
# Of one person. Whoever has as many uploads in hand as one may have does not meet it.
WAITING_MAX = 8
_WORKER = Path(__file__).resolve().with_name("picture_worker.py")
# As the worker has them.
TOO_MANY_PIXELS = 3
DISK_FULL = 4
TOO_LARGE = 5
# How it ends where the picture is to blame; "broken_picture" else.
_CODES = {
    TOO_MANY_PIXELS: "too_many_pixels",
    -signal.SIGXCPU: "too_many_pixels",
    TOO_LARGE: "too_large",
}


class UnusablePictureError(Exception):
    """It is none, or not a whole one, or takes too much to be decoded, as `code` says:
    broken_picture, too_many_pixels, too_large.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PictureProcess:
    """Runs the worker for whoever has a picture."""

    def __init__(self) -> None:
        # One at a time: a picture may need a core and some hundred megabytes for some seconds. Of
        # several people each has their turn.
        self._turns = FairQueue(1)

    async def run(self, *arguments: str, upload: bytes = b"") -> bytes:
        """What the worker has written.

        Raises:
            UnusablePictureError.
            Refusal: upload_busy, where too many of the same person wait.
            OSError: the disk is full, or the machine has no memory or time for it.
        """
        if self._turns.waiting() >= WAITING_MAX:
            raise Refusal("upload_busy", retry_after=WAIT_SECONDS_MAX)
        async with self._turns:
            worker = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                str(_WORKER),
                *arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={},
            )
            return await _written(worker, upload)


async def _written(worker: asyncio.subprocess.Process, upload: bytes) -> bytes:
    try:
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            written, _ = await worker.communicate(upload)
    except TimeoutError:
        raise OSError(errno.ETIMEDOUT, "no time to decode a picture") from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            worker.kill()
    status = worker.returncode
    if status == DISK_FULL:
        raise OSError(errno.ENOSPC, "no space for a picture")
    if status == -signal.SIGKILL:  # Not by its own limits: the machine's memory is at its end.
        raise OSError(errno.ENOMEM, "the process of a picture was killed")
    if status != 0:
        raise UnusablePictureError(_CODES.get(status or 0, "broken_picture"))
    return written
