"""The JSON API of searches of messages."""

from quart import Blueprint, Response, request

from blueprints.api.bodies import answer
from blueprints.context import int_arg, limit_arg, login_required, require_actor, services
from blueprints.search_args import is_ranked, query_of
from models import Membership
from models.time_zones import time_zone_of

blueprint = Blueprint("search", __name__)

PAGE = 20  # Without a `limit`.


@blueprint.get("/search")
@login_required
async def search() -> Response:
    actor = await require_actor()
    query = query_of(request.args, time_zone_of(actor.user))
    if query.room_id is not None:
        await Membership.of(actor.user_id, query.room_id)
    cursor, limit = int_arg(request.args, "cursor"), limit_arg(PAGE)
    ranked = is_ranked(request.args)
    return answer(await services().search.find(actor, query, cursor, limit, is_ranked=ranked))
