"""The JSON API of messages that are removed at once, and of what one is told of it."""

from datetime import datetime
from typing import Annotated

import msgspec
from quart import Blueprint, Response, g

from blueprints.api.bodies import answer, body, nothing
from blueprints.context import (
    admin_required,
    credential,
    login_required,
    member_of,
    require_actor,
    services,
)
from protocol.job_views import AdminJobList
from protocol.moderation_views import NoticeList, RemovedEverywhere, RemovedInRoom
from realtime.job_views import admin_job_view
from realtime.moderation_views import notice_view

blueprint = Blueprint("removals", __name__)

# What takes longer is answered by how far it has got.
ANSWER_SECONDS = 10.0


class Removal(msgspec.Struct):
    reason: str = ""
    since: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


@blueprint.post("/rooms/<int:room_id>/members/<int:user_id>/messages/remove")
@login_required
async def remove_in_room(room_id: int, user_id: int) -> Response:
    sent = await body(Removal)
    member = await member_of(room_id)
    about = user_id, sent.reason, sent.since
    count = await services().removals.in_room(member, await credential(), *about)
    return answer(RemovedInRoom(count))


@blueprint.post("/admin/people/<int:user_id>/messages/remove")
@admin_required
async def remove_everywhere(user_id: int) -> Response:
    sent, actor = await body(Removal), await require_actor()
    removals = services().removals_everywhere
    asked = await removals.ask(actor, user_id, sent.reason, sent.since)
    job = await removals.finished(asked, ANSWER_SECONDS)
    if job.is_open:
        return answer(admin_job_view(job, g.locale), 202)
    return answer(RemovedEverywhere(*await removals.outcome(job)))


@blueprint.get("/admin/jobs")
@admin_required
async def jobs() -> Response:
    found = await services().removals_everywhere.jobs(await require_actor())
    return answer(AdminJobList([admin_job_view(each, g.locale) for each in found]))


@blueprint.get("/admin/jobs/<int:job_id>")
@admin_required
async def job(job_id: int) -> Response:
    found = await services().removals_everywhere.job(await require_actor(), job_id)
    return answer(admin_job_view(found, g.locale))


@blueprint.get("/notices")
@login_required
async def notices() -> Response:
    found = await services().removals.notices_of((await require_actor()).user_id)
    return answer(NoticeList([notice_view(each) for each in found]))


@blueprint.delete("/notices/<int:notice_id>")
@login_required
async def put_away(notice_id: int) -> Response:
    await services().removals.put_notice_away((await require_actor()).user_id, notice_id)
    return nothing()
