"""The JSON API of exports: of one's own data, and of rooms by their owners. By logins alone."""

from quart import Blueprint, Response, url_for

from blueprints.api.bodies import answer, nothing
from blueprints.context import login_required, member_of, require_session, services
from blueprints.export_answers import export_answer
from blueprints.locale import error_locale
from models import Job, Refusal
from protocol.job_views import JobList, JobView
from realtime.job_views import job_view

blueprint = Blueprint("exports", __name__)


@blueprint.post("/export")
@login_required
async def ask_for_own() -> Response:
    job = await services().exports.ask_for_own(await require_session(), error_locale())
    return answer(_view(job), 202)


@blueprint.get("/export")
@login_required
async def own() -> Response:
    job = await services().exports.latest_own((await require_session()).user_id)
    if job is None:
        raise Refusal("not_found")
    return answer(_view(job))


@blueprint.post("/rooms/<int:room_id>/export")
@login_required
async def ask_for_room(room_id: int) -> Response:
    session, owner = await require_session(), await member_of(room_id)
    return answer(_view(await services().exports.ask_for_room(session, owner, error_locale())), 202)


@blueprint.get("/jobs")
@login_required
async def jobs() -> Response:
    found = await services().exports.all_of((await require_session()).user_id)
    return answer(JobList([_view(each) for each in found]))


@blueprint.get("/jobs/<int:job_id>")
@login_required
async def job(job_id: int) -> Response:
    found = await services().exports.one_of((await require_session()).user_id, job_id)
    return answer(_view(found))


@blueprint.delete("/jobs/<int:job_id>")
@login_required
async def forget(job_id: int) -> Response:
    await services().exports.forget(await require_session(), job_id)
    return nothing()


@blueprint.get("/jobs/<int:job_id>/file")
@login_required
async def job_file(job_id: int) -> Response:
    return await export_answer(await services().exports.file(await require_session(), job_id))


def _view(job: Job) -> JobView:
    return job_view(job, url_for("api.exports.job_file", job_id=job.id), error_locale())
