"""The JSON API of how long messages are kept."""

import msgspec
from quart import Blueprint, Response, request

from blueprints.api.bodies import answer, body, nothing
from blueprints.context import (
    admin_required,
    credential,
    int_arg,
    login_required,
    member_of,
    require_actor,
    services,
)
from models.expired_messages import Removing
from models.retention import Expiring
from protocol.encoding import optional_timestamp
from protocol.retention_views import RetentionView

blueprint = Blueprint("retention", __name__)


class Rule(msgspec.Struct):
    days: int | None
    sure: bool = False


@blueprint.get("/rooms/<int:room_id>/retention")
@login_required
async def of_room(room_id: int) -> Response:
    retention, member = services().retention, await member_of(room_id)
    own = member.room.retention_days
    asked = int_arg(request.args, "days")
    found = await retention.preview(member, own if asked is None else asked)
    left = await retention.removing(member)
    return answer(_view(own, await retention.of_server(), found, left))


@blueprint.put("/rooms/<int:room_id>/retention")
@login_required
async def set_of_room(room_id: int) -> Response:
    sent = await body(Rule)
    member = await member_of(room_id)
    await services().retention.set(member, await credential(), sent.days, is_sure=sent.sure)
    return nothing()


@blueprint.get("/admin/retention")
@admin_required
async def of_server() -> Response:
    retention, actor = services().retention, await require_actor()
    days = await retention.of_server()
    asked = int_arg(request.args, "days")
    found = await retention.preview_everywhere(actor, days if asked is None else asked)
    return answer(_view(days, days, found, await retention.removing_everywhere(actor)))


@blueprint.put("/admin/retention")
@admin_required
async def set_of_server() -> Response:
    sent, actor = await body(Rule), await require_actor()
    await services().retention.set_everywhere(actor, sent.days, is_sure=sent.sure)
    return nothing()


def _view(
    days: int | None, server_days: int | None, found: Expiring, left: Removing
) -> RetentionView:
    oldest = optional_timestamp(found.oldest)
    state = "running" if left.total else "done"
    return RetentionView(days, server_days, found.count, oldest, state, left.progress, left.total)
