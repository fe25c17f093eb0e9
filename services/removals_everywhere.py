"""All messages of one person deleted in all rooms and conversations: a job, which goes on after a
restart; and how far all jobs have got, for administrators.
"""

import asyncio
import time
from datetime import datetime

import structlog

from models import Job, Refusal
from models.database import shielded
from models.job import REMOVAL
from models.membership import ID_MAX
from models.removal import rooms_written_in
from models.removal_job import RemovalOrder, ask_removal, order_of, removed_by, tell_removal
from services.actor import Actor
from services.administration import checked_reason
from services.guards import require_account
from services.jobs import Jobs, Running
from services.policy import require_admin, require_admin_act
from services.rate_limits import RateLimits
from services.removals import Removals, checked_since

log = structlog.get_logger(__name__)

LISTED_MAX = 100
# How often it is looked whether a job is over that somebody waits for.
LOOK_SECONDS = 0.1


class RemovalsEverywhere:
    """Asked for by administrators, and what they see of all jobs."""

    def __init__(self, jobs: Jobs, limits: RateLimits) -> None:
        self._jobs = jobs
        self._limits = limits

    @shielded
    async def ask(
        self, actor: Actor, user_id: int, reason: str = "", since: datetime | None = None
    ) -> Job:
        """Let everything be deleted that somebody has written since then (None: ever). While that
        is not over, asking again changes nothing, and asking for more is refused.

        Raises:
            Refusal: not_admin, forbidden, confirmation_required, not_found, bad_field,
                removal_open, rate_limited.
        """
        require_admin_act(actor)
        self._limits.changes.check(actor.user_id)
        order = RemovalOrder(actor.user_id, checked_reason(reason), checked_since(since))
        await require_account(user_id)
        job = await ask_removal(user_id, order)
        self._jobs.soon()
        log.info("removal_asked", user=actor.user_id, member=user_id, job=job.id)
        return job

    async def finished(self, job: Job, seconds: float) -> Job:
        """The job when it is over, or as it is after so long.

        Raises:
            Refusal: not_admin, where whoever has asked for it is none any more.
        """
        until = time.monotonic() + seconds
        while job.is_open and time.monotonic() < until:
            await asyncio.sleep(LOOK_SECONDS)
            job = await Job.get_or_none(id=job.id) or job
        if job.state == Job.FAILED:
            raise Refusal(job.problem)
        return job

    async def outcome(self, job: Job) -> tuple[int, int]:
        """How many messages it has removed until now, in how many rooms."""
        return await removed_by(job)

    async def jobs(self, actor: Actor) -> list[Job]:
        """The latest 100 of everybody. Raises Refusal: not_admin, forbidden."""
        require_admin(actor)
        return await Job.listed(LISTED_MAX)

    async def job(self, actor: Actor, job_id: int) -> Job:
        """Anybody's. Raises Refusal: not_admin, forbidden, not_found."""
        require_admin(actor)
        found = await Job.get_or_none(id=job_id) if 0 < job_id <= ID_MAX else None
        if found is None:
            raise Refusal("not_found")
        return found

    async def last_of(self, actor: Actor, user_id: int) -> Job | None:
        """The latest removal of somebody's messages. Raises Refusal: not_admin, forbidden."""
        require_admin(actor)
        return await Job.last_of(user_id, REMOVAL)


class RemovalWork:
    """Room after room: where there is nothing left nothing is done, so that it does not matter how
    often it is begun.
    """

    def __init__(self, removals: Removals) -> None:
        self._removals = removals

    async def __call__(self, running: Running) -> tuple[str, int]:
        """See services.jobs.Work. Raises Refusal: not_admin, where whoever has asked for it is none
        any more: what is left stays.
        """
        try:
            await self._remove(running)
        except Refusal as refusal:
            if refusal.code == "not_admin":
                await tell_removal(running.job)
            raise
        await tell_removal(running.job)
        return "", 0

    async def _remove(self, running: Running) -> None:
        user_id, order = running.job.user_id, order_of(running.job)
        rooms = await rooms_written_in(user_id)
        for number, room_id in enumerate(rooms, 1):
            await self._removals.for_job(room_id, user_id, order)
            await running.report(number, len(rooms))
