"""Long work, one piece at a time in each process, which goes on after a restart."""

import asyncio
import errno
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import structlog

from background import end, woken
from models import Job, Refusal
from models.database import uncancelled
from models.job import EXPORTS, TAKING, forget_old_jobs
from services.export_files import ExportFiles

log = structlog.get_logger(__name__)

# How often work is looked for that others have left, or asked for at the command line.
POLL_SECONDS = 10.0
CLEAN_SECONDS = 3600.0
# How often the table is told how far it has got.
TELL_SECONDS = 1.0
EXPORT_TRIES = 5  # What takes something away is tried for ever, unless nobody may ask for it.
RETRY, RETRY_MAX = timedelta(seconds=10), timedelta(minutes=10)
FULL = (errno.ENOSPC, errno.EDQUOT)


class LostJobError(Exception):
    """Somebody else does it by now, or it was taken back."""


class Running:
    """A piece of work, for who does it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._told = 0.0

    async def report(self, progress: int, total: int) -> None:
        """Say how far it has got; called often, which also keeps it.

        Raises:
            LostJobError.
        """
        if time.monotonic() - self._told >= TELL_SECONDS:
            self._told = time.monotonic()
            if not await self.job.renew(progress, total):
                raise LostJobError
        await asyncio.sleep(0)  # The others' turn.

    async def keep(self) -> None:
        """Go on where there is nothing new to say. Raises LostJobError."""
        await self.report(self.job.progress, self.job.total)


# Does it; the name and size of the file that it has made, or ("", 0). Done again from its
# beginning after it was broken off anywhere, it comes to the same end. A Refusal ends what takes
# nothing away, and not_admin anything.
Work = Callable[[Running], Awaitable[tuple[str, int]]]


class Jobs:
    """Does what is to be done."""

    def __init__(self, works: Mapping[str, Work], files: ExportFiles) -> None:
        self._works = works
        self._files = files
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._cleaned = 0.0

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="jobs")

    async def stop(self) -> None:
        """What is being done is put back; it begins again where the next process finds it."""
        await end(self._task)

    def soon(self) -> None:
        """There is something to be done."""
        self._wanted.set()

    async def _run(self) -> None:
        while True:
            self._wanted.clear()
            try:
                await self._clean()
                while job := await Job.claim():
                    await self._do(job)
            except Exception as error:
                log.warning("jobs_failed", error=f"{type(error).__name__}: {error}")
            await woken(self._wanted, POLL_SECONDS)

    async def _do(self, job: Job) -> None:
        if job.kind in EXPORTS and job.tries > EXPORT_TRIES:
            # Each time the process has ended: the next one is not to end by it too.
            await job.fail("job_failed")
            return
        running = Running(job)
        try:
            await running.report(0, 0)
            name, size = await self._works[job.kind](running)
        except asyncio.CancelledError:
            # To its end: whoever waits for this task cancels it again.
            await uncancelled(job.put_back(is_try=False))
            raise
        except LostJobError:
            log.info("job_lost", job=job.id)
        except Refusal as refusal:
            log.info("job_refused", job=job.id, kind=job.kind, code=refusal.code)
            # Whoever has lost the right to it does not get it back by waiting.
            is_over = job.kind not in TAKING or refusal.code == "not_admin"
            await (job.fail(refusal.code) if is_over else self._failed(job, refusal))
        except Exception as error:
            await self._failed(job, error)
        else:
            if not await job.finish(name, size):
                await self._files.delete([name])
            log.info("job_done", job=job.id, kind=job.kind, user=job.user_id, bytes=size)

    async def _failed(self, job: Job, error: Exception) -> None:
        log.warning(
            "job_failed", job=job.id, kind=job.kind, error=f"{type(error).__name__}: {error}"
        )
        if job.kind not in EXPORTS:
            await job.put_back(min(RETRY * job.tries, RETRY_MAX))
        elif isinstance(error, OSError) and error.errno in FULL:
            await job.fail("disk_full")
        elif job.tries < EXPORT_TRIES:
            await job.put_back(RETRY)
        else:
            await job.fail("job_failed")

    async def _clean(self) -> None:
        if self._cleaned and time.monotonic() - self._cleaned < CLEAN_SECONDS:
            return
        self._cleaned = time.monotonic()
        await self._files.delete(await forget_old_jobs())
        await self._files.delete_left()
