"""What the worker processes of one server say to each other, when one of them is asked for all.

`hypercorn --workers 4` is four processes behind one port: whoever asks gets one of them, and never
knows which. So each listens on a Unix socket in a folder that they have in common, and whichever is
asked asks the others. The folder is only for the user that the server runs as.
"""

import asyncio
import contextlib
import multiprocessing
import os
import shutil
import socket
import zlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

ANSWER_SECONDS = 2.0  # A worker that hangs is left out.
ANSWER_BYTES = 4 << 20

Read = Callable[[], Awaitable[bytes]]


class WorkerGroup:
    """This process among the workers of its server."""

    def __init__(self, folder: Path, read: Read) -> None:
        """`folder` is for all servers that are started here; `read` makes this process's answer."""
        self._base = folder
        # Container after container has the process 1: their folder may be one, their names are not.
        self._host = f"{zlib.crc32(socket.gethostname().encode()):08x}"
        parent = multiprocessing.parent_process()
        self._folder = folder / f"{self._host}-{parent.pid if parent else os.getpid()}"
        self._own = self._folder / f"{os.getpid()}.sock"
        self._read = read
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen. Where there can be no folder this process is alone."""
        try:
            self._remove_stale_folders()
            self._base.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._folder.mkdir(exist_ok=True, mode=0o700)
            self._own.unlink(missing_ok=True)
            self._server = await asyncio.start_unix_server(self._answer, self._own)
        except OSError as error:
            log.warning("workers_unreachable", error=str(error))

    async def stop(self) -> None:
        if self._server:
            self._server.close()
        with contextlib.suppress(OSError):
            self._own.unlink(missing_ok=True)
            self._folder.rmdir()  # Not while others are in it.

    async def collect(self) -> dict[str, bytes | None]:
        """The answers by process id, of this process and of the others; None of one that does not
        answer in time.
        """
        paths = [path for path in sorted(self._folder.glob("*.sock")) if path != self._own]
        own, *answers = await asyncio.gather(self._read(), *(self._ask(path) for path in paths))
        others = {
            path.stem: answer
            for path, answer in zip(paths, answers, strict=True)
            if answer != _GONE
        }
        return {str(os.getpid()): own, **others}

    async def _ask(self, path: Path) -> bytes | None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                reader, writer = await asyncio.open_unix_connection(path, limit=ANSWER_BYTES)
                try:
                    return await reader.read(-1)
                finally:
                    writer.close()
        except (ConnectionRefusedError, FileNotFoundError):
            _remove(path)  # It was killed, or has just ended.
            return _GONE
        except (OSError, TimeoutError) as error:
            log.warning("worker_silent", process=path.stem, error=str(error))
            return None

    async def _answer(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                writer.write(await self._read())
                await writer.drain()
        writer.close()

    def _remove_stale_folders(self) -> None:
        """Remove what servers have left behind that were killed."""
        for folder in self._base.glob(f"{self._host}-*"):
            pid = folder.name.rpartition("-")[2]
            if pid.isdigit() and not _is_running(int(pid)):
                shutil.rmtree(folder, ignore_errors=True)


_GONE = b""


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
