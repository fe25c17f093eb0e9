"""Rows of jobs as views."""

from msgspec import UNSET
from msgspec.structs import asdict

from models import Job, Refusal
from models.import_job import import_source
from models.job import IMPORT
from protocol.encoding import timestamp
from protocol.job_views import AdminJobView, JobView


def job_view(job: Job, url: str, locale: str) -> JobView:
    """`url` is where its file is, if it has one."""
    has_failed = job.state == Job.FAILED
    return JobView(
        id=job.id,
        kind=job.kind,
        state=job.state,
        progress=job.progress,
        total=job.total,
        created_at=timestamp(job.created_at),
        room_id=UNSET if job.room_id is None else job.room_id,
        error=job.problem if has_failed else UNSET,
        message=Refusal(job.problem).text(locale) if has_failed else UNSET,
        finished_at=timestamp(job.finished_at) if job.finished_at else UNSET,
        expires_at=timestamp(job.expires_at) if job.expires_at else UNSET,
        url=url if job.file_name else UNSET,
        bytes=job.file_bytes if job.file_name else UNSET,
    )


def admin_job_view(job: Job, locale: str) -> AdminJobView:
    """Without the address of its file, which is its owner's."""
    shown = {**asdict(job_view(job, "", locale)), "url": UNSET}
    if job.kind == IMPORT:
        return AdminJobView(source=import_source(job), **shown)
    return AdminJobView(user_id=job.user_id, **shown)
