"""The JSON API of messages that are removed at once, and of what one is told of it."""

from datetime import datetime
from typing import Annotated

import msgspec
from quart import Blueprint, Response

from blueprints.api.bodies import answer, body, nothing
from blueprints.context import admin_required, login_required, member_of, require_actor, services
from protocol.moderation_views import NoticeList, RemovedEverywhere, RemovedInRoom
from realtime.moderation_views import notice_view

blueprint = Blueprint("removals", __name__)


class Removal(msgspec.Struct):
    reason: str = ""
    since: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


@blueprint.post("/rooms/<int:room_id>/members/<int:user_id>/messages/remove")
@login_required
async def remove_in_room(room_id: int, user_id: int) -> Response:
    sent = await body(Removal)
    member = await member_of(room_id)
    count = await services().removals.in_room(member, user_id, sent.reason, sent.since)
    return answer(RemovedInRoom(count))


@blueprint.post("/admin/people/<int:user_id>/messages/remove")
@admin_required
async def remove_everywhere(user_id: int) -> Response:
    sent, actor = await body(Removal), await require_actor()
    found = await services().removals.everywhere(actor, user_id, sent.reason, sent.since)
    return answer(RemovedEverywhere(*found))


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
