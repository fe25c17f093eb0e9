"""Pictures are decoded beside the server, by `services/picture_worker.py`, one at a time."""

import asyncio
import contextlib
import sys
from pathlib import Path

WAIT_SECONDS_MAX = 15
_WORKER = Path(__file__).resolve().with_name("picture_worker.py")
TOO_MANY_PIXELS = 3  # As the worker has it.


class UnusablePictureError(Exception):
    """It is none, or not a whole one, or takes too much to be decoded."""

    def __init__(self, has_too_many_pixels: bool = False) -> None:
        super().__init__(has_too_many_pixels)
        self.has_too_many_pixels = has_too_many_pixels


class PictureProcess:
    """Runs the worker for whoever has a picture."""

    def __init__(self) -> None:
        # One at a time: a picture may need a core and some hundred megabytes for a second.
        self._turn = asyncio.Semaphore(1)

    async def run(self, *arguments: str, upload: bytes = b"") -> bytes:
        """What the worker has written.

        Raises:
            UnusablePictureError.
        """
        async with self._turn:
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
        raise UnusablePictureError from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            worker.kill()
    if worker.returncode != 0:
        raise UnusablePictureError(worker.returncode == TOO_MANY_PIXELS)
    return written
