"""How far an import has got, as a job that the command itself does: a server that takes it after
the lease finds that the command is no more.
"""

import secrets
import time
from datetime import UTC, datetime

import msgspec

from errors import Refusal
from models.job import IMPORT, Job

BROKEN_OFF = "import_broken_off"
# How often the table is told how far it has got.
TELL_SECONDS = 1.0


class ImportOrder(msgspec.Struct, frozen=True):
    """From which chat; see commands.importing.run."""

    source: str


class ImportJob:
    """The job of one run. Whatever a server has made of it meanwhile, the command knows better."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._told = 0.0

    @classmethod
    async def begin(cls, source: str) -> "ImportJob":
        """Store it."""
        job = await Job.create(
            kind=IMPORT,
            user_id=0,
            state=Job.RUNNING,
            holder=secrets.token_hex(16),
            lease_until=datetime.now(UTC) + Job.LEASE,
            payload=msgspec.json.encode(ImportOrder(source)).decode(),
        )
        return cls(job)

    async def tell(self, progress: int, total: int) -> None:
        """So many of so many messages have been looked at; called often."""
        if time.monotonic() - self._told >= TELL_SECONDS:
            self._told = time.monotonic()
            await self._keep_job(progress=progress, total=total)

    async def finish(self, total: int) -> None:
        """All of them are done."""
        await self._keep_job(**_over(Job.DONE), progress=total, total=total)

    async def fail(self) -> None:
        """It has broken off."""
        await self._keep_job(**_over(Job.FAILED), problem=BROKEN_OFF)

    async def _keep_job(self, **what: object) -> None:
        lease = datetime.now(UTC) + Job.LEASE
        held = {"state": Job.RUNNING, "holder": self._job.holder, "lease_until": lease}
        none_yet = {"problem": "", "finished_at": None, "expires_at": None}
        await Job.filter(id=self._job.id).update(**{**held, **none_yet, **what})


def _over(state: str) -> dict[str, object]:
    now = datetime.now(UTC)
    over = {"finished_at": now, "expires_at": now + Job.KEPT, "lease_until": None}
    return {"state": state, **over}


def import_source(job: Job) -> str:
    """From which chat it comes; "" of other jobs."""
    return msgspec.json.decode(job.payload, type=ImportOrder).source if job.kind == IMPORT else ""


async def is_broken_off(_: object) -> tuple[str, int]:
    """What a server makes of it. Raises Refusal: import_broken_off."""
    raise Refusal(BROKEN_OFF)
