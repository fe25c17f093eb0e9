"""The JSON API of the directory of public rooms."""

from quart import Blueprint, Response, request

from blueprints.api.bodies import answer
from blueprints.context import int_arg, login_required, require_actor, services
from protocol.directory_views import JoinedView

blueprint = Blueprint("public_rooms", __name__)


@blueprint.get("/rooms/public")
@login_required
async def listed() -> Response:
    text, cursor = request.args.get("q", ""), int_arg(request.args, "cursor")
    return answer(await services().public_rooms.page(await require_actor(), text, cursor))


@blueprint.post("/rooms/<int:room_id>/join")
@login_required
async def join(room_id: int) -> Response:
    await services().public_rooms.join(await require_actor(), room_id)
    return answer(JoinedView(room_id))
