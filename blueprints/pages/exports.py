"""The pages of exports, without JavaScript too: of one's own data, and of a room for its owners."""

from quart import Blueprint, g, redirect, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import login_required, member_of, require_session, services
from blueprints.export_answers import export_answer
from blueprints.pages.rendering import render
from models import Job, Refusal
from services.policy import Right, require
from translations import DEFAULT

blueprint = Blueprint("exports", __name__)


@blueprint.get("/profile/data")
@login_required
async def own() -> ResponseReturnValue:
    """The export of one's own data: asked for, on its way, or to be saved."""
    session = await require_session()
    job = await services().exports.latest_own(session.user_id)
    left = await services().removals.left_behind(session.user_id)
    about = {"job": job, "problem": _problem(job), "left": left}
    return await render("own_data.html", user=session.user, **about)


@blueprint.post("/profile/data")
@login_required
async def ask_for_own() -> ResponseReturnValue:
    """Have it prepared."""
    await services().exports.ask_for_own(await require_session(), g.get("locale", DEFAULT))
    return redirect(url_for("exports.own"), 303)


@blueprint.get("/rooms/<int:room_id>/export")
@login_required
async def of_room(room_id: int) -> ResponseReturnValue:
    """The same of a room."""
    owner = await member_of(room_id)
    require(Right.EXPORT_ROOM, owner)
    job = await services().exports.latest_of_room(owner)
    return await render(
        "room_export.html", user=owner.user, place=owner.room, job=job, problem=_problem(job)
    )


@blueprint.post("/rooms/<int:room_id>/export")
@login_required
async def ask_for_room(room_id: int) -> ResponseReturnValue:
    """Have it prepared."""
    owner, locale = await member_of(room_id), g.get("locale", DEFAULT)
    await services().exports.ask_for_room(await require_session(), owner, locale)
    return redirect(url_for("exports.of_room", room_id=room_id), 303)


@blueprint.get("/exports/<int:job_id>")
@login_required
async def save(job_id: int) -> ResponseReturnValue:
    """The file; whoever has to confirm first that it is them comes back to the page of it."""
    session, exports = await require_session(), services().exports
    try:
        return await export_answer(await exports.file(session, job_id))
    except Refusal as refusal:
        if refusal.code != "confirmation_required":
            raise
    page = _page_of(await exports.one_of(session.user_id, job_id))
    return redirect(url_for("confirm.show", next=page), 303)


@blueprint.post("/exports/<int:job_id>/delete")
@login_required
async def forget(job_id: int) -> ResponseReturnValue:
    """Delete it, before its week is over."""
    job = await services().exports.forget(await require_session(), job_id)
    return redirect(_page_of(job), 303)


def _page_of(job: Job) -> str:
    if job.room_id is None:
        return url_for("exports.own")
    return url_for("exports.of_room", room_id=job.room_id)


def _problem(job: Job | None) -> str:
    if job is None or job.state != Job.FAILED:
        return ""
    return Refusal(job.problem).text(g.get("locale", DEFAULT))
