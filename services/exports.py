"""Exports: asked for, looked at, fetched, by whoever they are for."""

from pathlib import Path
from typing import NamedTuple

import structlog

from models import Job, Membership, Refusal, Session
from models.database import shielded
from models.exports import ask_for_own, ask_for_room, record_room_fetch
from models.job import OWN_EXPORT, ROOM_EXPORT, AskedJob
from models.membership import ID_MAX
from services.confirmations import require_recent
from services.export_files import ExportFiles
from services.guards import membership_of
from services.jobs import Jobs
from services.policy import Right, require
from services.rate_limits import RateLimits

log = structlog.get_logger(__name__)


class ExportFile(NamedTuple):
    """Where it is, and what it is called where it is saved."""

    path: Path
    name: str


class Exports:
    """All of them belong to somebody, who has asked for them by a login."""

    def __init__(self, jobs: Jobs, files: ExportFiles, limits: RateLimits) -> None:
        self._jobs = jobs
        self._files = files
        self._limits = limits

    @shielded
    async def ask_for_own(self, session: Session, locale: str) -> Job:
        """All that whoever asks has left here. One that is being made is not made twice.

        Raises:
            Refusal: confirmation_required, rate_limited.
        """
        require_recent(session)
        self._limits.changes.check(session.user_id)
        return await self._asked(await ask_for_own(session.user_id, locale))

    @shielded
    async def ask_for_room(self, session: Session, owner: Membership, locale: str) -> Job:
        """All that was said in an owner's room.

        Raises:
            Refusal: not_owner, forbidden (a conversation of two), confirmation_required,
                rate_limited.
        """
        require(Right.EXPORT_ROOM, owner)
        require_recent(session)
        self._limits.changes.check(owner.user_id)
        return await self._asked(await ask_for_room(owner, locale))

    async def all_of(self, user_id: int) -> list[Job]:
        """What somebody has asked for, the latest first. Raises Refusal: rate_limited."""
        self._limits.history.check(user_id)
        return await Job.all_of(user_id)

    async def one_of(self, user_id: int, job_id: int) -> Job:
        """Raises Refusal: not_found, for somebody else's as well; rate_limited."""
        self._limits.history.check(user_id)
        job = await Job.of(user_id, job_id) if 0 < job_id <= ID_MAX else None
        if job is None:
            raise Refusal("not_found")
        return job

    async def latest_own(self, user_id: int) -> Job | None:
        """The latest export of somebody's own data."""
        return await Job.last_of(user_id, OWN_EXPORT)

    async def latest_of_room(self, owner: Membership) -> Job | None:
        """The latest export of a room that this owner has asked for."""
        return await Job.last_of(owner.user_id, ROOM_EXPORT, owner.room_id)

    @shielded
    async def file(self, session: Session, job_id: int) -> ExportFile:
        """The file of one that is done. Of a room only for who still owns it, and it is an act.

        Raises:
            Refusal: not_found, not_owner, not_a_member, room_banned, room_banned_until,
                confirmation_required; export_gone, where the file is not there any more, or on
                another server.
        """
        job = await self.one_of(session.user_id, job_id)
        name = "beseda-data"
        if job.room_id is not None:
            require(Right.EXPORT_ROOM, await membership_of(session.user_id, job.room_id))
            name = f"beseda-room-{job.room_id}"
        require_recent(session)  # It lies there for days after it was asked for.
        path = self._files.path(job.file_name)
        if path is None:
            raise Refusal("not_found" if job.state != Job.DONE else "export_gone")
        if job.room_id is not None:
            await record_room_fetch(job)
        log.info("export_fetched", user=session.user_id, job=job.id)
        return ExportFile(path, f"{name}-{job.created_at:%Y-%m-%d}.zip")

    @shielded
    async def forget(self, session: Session, job_id: int) -> Job:
        """Delete one of theirs with its file; what is being made is made no further.

        Raises:
            Refusal: not_found, for somebody else's as well; rate_limited.
        """
        job = await self.one_of(session.user_id, job_id)
        await job.delete()
        await self._files.delete([job.file_name])
        log.info("export_deleted", user=session.user_id, job=job.id)
        return job

    async def _asked(self, asked: AskedJob) -> Job:
        await self._files.delete(asked.old_files)
        if asked.is_new:
            log.info("export_asked", user=asked.job.user_id, job=asked.job.id, kind=asked.job.kind)
            self._jobs.soon()
        return asked.job
