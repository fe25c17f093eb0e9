"""Long work that somebody has asked for: it goes on after a restart, and nobody does it twice."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.expressions import Q
from tortoise.models import Model

from errors import Refusal
from models.database import fetch
from models.sql.fast_path import as_stored

# What is done, as Job.kind has it.
OWN_EXPORT = "own_export"
ROOM_EXPORT = "room_export"
ERASURE = "erasure"
REMOVAL = "removal"  # Of all messages of somebody, everywhere, by an administrator.
IMPORT = "import"  # Done by a command, beside the servers; see models.import_job.
EXPORTS = (OWN_EXPORT, ROOM_EXPORT)
# What takes something away comes before any export, and is tried until it is done.
TAKING = (ERASURE, REMOVAL)
# Of whoever has asked for too many exports: one of them may be over by then.
RETRY_SECONDS = 60


class Job(Model):
    """One piece of work. A process takes it with a lease, which it renews while it works: what a
    process that has died had taken is taken by another one when the lease is over.

    It refers to nothing: the account that it is about may be erased by it.
    """

    WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
    LEASE = timedelta(seconds=60)
    OPEN_MAX = 5  # Exports of one person that are to be done: others wait for them too.
    KEPT = timedelta(days=7)  # After its end, and the file that it has made.
    LISTED_MAX = 20

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharField(max_length=20)
    user_id = fields.BigIntField()  # Of an import 0: nobody has logged in for it.
    room_id: int | None = fields.BigIntField(null=True)
    state = fields.CharField(max_length=8, default=WAITING, db_default=WAITING)
    # How much of how much is done; 0 of 0: not known yet.
    progress = fields.BigIntField(default=0, db_default=0)
    total = fields.BigIntField(default=0, db_default=0)
    # Of one that has failed, a code of errors.py.
    problem = fields.CharField(max_length=40, default="", db_default="")
    # What else the work has to know, as JSON.
    payload = fields.TextField(default="{}", db_default="{}")
    # The file that it has made, in the folder of exports.
    file_name = fields.CharField(max_length=80, default="", db_default="")
    file_bytes = fields.BigIntField(default=0, db_default=0)
    tries = fields.IntField(default=0, db_default=0)
    # Who works on it, and until when; of one that waits, from when on it may be taken.
    holder = fields.CharField(max_length=32, default="", db_default="")
    lease_until: datetime | None = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    finished_at: datetime | None = fields.DatetimeField(null=True)
    expires_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "job"
        table_description = "Long work"
        indexes = (("user_id", "id"), ("state", "id"))

    @classmethod
    async def ask(
        cls,
        kind: str,
        user_id: int,
        connection: BaseDBAsyncClient,
        *,
        room_id: int | None = None,
        payload: str = "{}",
    ) -> "AskedJob":
        """Store one that is to be done, and forget those before it, of the same kind, for the same
        person and room; or return that one of them which is not over yet. Under the lock of the
        person's row.

        Raises:
            Refusal: rate_limited, where too many others of theirs are not over.
        """
        same = cls.filter(kind=kind, user_id=user_id, room_id=room_id).using_db(connection)
        if open_one := await same.filter(state__in=(cls.WAITING, cls.RUNNING)).first():
            return AskedJob(open_one, False, [])
        theirs = cls.filter(user_id=user_id, state__in=(cls.WAITING, cls.RUNNING))
        if kind in EXPORTS and await theirs.using_db(connection).count() >= cls.OPEN_MAX:
            raise Refusal("rate_limited", retry_after=RETRY_SECONDS)
        old = [each.file_name for each in await same if each.file_name]
        await same.delete()
        made = {"kind": kind, "user_id": user_id, "room_id": room_id, "payload": payload}
        return AskedJob(await cls.create(**made, using_db=connection), True, old)

    @classmethod
    async def of(cls, user_id: int, job_id: int) -> "Job | None":
        """One of somebody's own."""
        return await cls.get_or_none(id=job_id, user_id=user_id, kind__in=EXPORTS)

    @classmethod
    async def last_of(cls, user_id: int, kind: str, room_id: int | None = None) -> "Job | None":
        """The latest of this kind that somebody has asked for."""
        same = cls.filter(kind=kind, user_id=user_id, room_id=room_id)
        return await same.order_by("-id").first()

    @classmethod
    async def all_of(cls, user_id: int) -> "list[Job]":
        """Somebody's own, the latest first."""
        mine = cls.filter(user_id=user_id, kind__in=EXPORTS)
        return await mine.order_by("-id").limit(cls.LISTED_MAX)

    @classmethod
    async def listed(cls, limit: int) -> "list[Job]":
        """Everybody's, the latest first."""
        return await cls.all().order_by("-id").limit(limit)

    @property
    def is_open(self) -> bool:
        """Whether it is not over yet."""
        return self.state in (self.WAITING, self.RUNNING)

    @classmethod
    async def claim(cls) -> "Job | None":
        """Take the oldest one that nobody works on, what takes something away before any export;
        None: there is none.
        """
        now, holder = datetime.now(UTC), secrets.token_hex(16)
        free = Q(state=cls.WAITING, lease_until__isnull=True) | Q(
            state__in=(cls.WAITING, cls.RUNNING), lease_until__lte=now
        )
        taking = await cls.filter(free, kind__in=TAKING).order_by("id").limit(5)
        for job in taking or await cls.filter(free).order_by("id").limit(5):
            # Whoever comes second finds another lease there.
            taken = cls.filter(free, id=job.id, holder=job.holder)
            if await taken.update(
                state=cls.RUNNING, holder=holder, lease_until=now + cls.LEASE, tries=job.tries + 1
            ):
                return await cls.get(id=job.id)
        return None

    async def renew(self, progress: int, total: int) -> bool:
        """Say how far it has got, and keep it. False: it is somebody else's by now."""
        self.progress, self.total = progress, total
        return await self._store(
            progress=progress, total=total, lease_until=datetime.now(UTC) + self.LEASE
        )

    async def finish(self, file_name: str = "", file_bytes: int = 0) -> bool:
        """It is done. False: it is somebody else's by now."""
        return await self._end(state=self.DONE, file_name=file_name, file_bytes=file_bytes)

    async def fail(self, problem: str) -> bool:
        """It cannot be done."""
        return await self._end(state=self.FAILED, problem=problem)

    async def put_back(self, wait: timedelta | None = None, *, is_try: bool = True) -> bool:
        """Let it be taken again, after so long; `is_try`: this one has failed."""
        return await self._store(
            state=self.WAITING,
            holder="",
            lease_until=datetime.now(UTC) + wait if wait else None,
            tries=self.tries if is_try else self.tries - 1,
        )

    async def _end(self, **what: object) -> bool:
        now = datetime.now(UTC)
        over = {"finished_at": now, "expires_at": now + self.KEPT, "lease_until": None}
        return await self._store(**what, **over)

    async def _store(self, **what: object) -> bool:
        mine = Job.filter(id=self.id, holder=self.holder, state=self.RUNNING)
        return bool(await mine.update(**what))


class AskedJob(NamedTuple):
    """What has been asked for; whether it had not been before; files of those before it."""

    job: Job
    is_new: bool
    old_files: list[str]


async def forget_old_jobs() -> list[str]:
    """Delete those that have been over for long enough; the files that they had made."""
    rows = await fetch(
        "DELETE FROM job WHERE expires_at <= $1 RETURNING file_name",
        as_stored(datetime.now(UTC)),
    )
    return [row[0] for row in rows if row[0]]


async def forget_jobs_of(user_id: int, connection: BaseDBAsyncClient) -> list[str]:
    """Delete somebody's exports; the files that they had made. Whoever works on one finds that it
    is theirs no more.
    """
    rows = await fetch(
        "DELETE FROM job WHERE user_id = $1 AND kind NOT IN ($2, $3) RETURNING file_name",
        user_id,
        *TAKING,
        connection=connection,
    )
    return [row[0] for row in rows if row[0]]
