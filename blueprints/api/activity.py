"""The JSON API of what concerns somebody in all their rooms: mentions, answers, reactions."""

from quart import Blueprint, Response, request

from blueprints.api.bodies import answer
from blueprints.context import int_arg, limit_arg, login_required, require_actor, services
from protocol.views import RoomMessageList

blueprint = Blueprint("activity", __name__)

PAGE = 50  # Without a `limit`.


@blueprint.get("/activity")
@login_required
async def activity() -> Response:
    cursor, limit = _page()
    actor = await require_actor()
    return answer(await services().activity.page(actor.user_id, cursor, limit))


@blueprint.get("/mentions")
@login_required
async def mentions() -> Response:
    cursor, limit = _page()
    actor = await require_actor()
    found = await services().message_details.mentions(actor.user_id, cursor, limit)
    return answer(RoomMessageList(*found))


def _page() -> tuple[int | None, int]:
    """The cursor and the limit that are asked for. Raises Refusal: bad_request."""
    return int_arg(request.args, "cursor"), limit_arg(PAGE)
