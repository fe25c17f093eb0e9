"""The JSON API of whom people have blocked."""

from quart import Blueprint, Response

from blueprints.api.bodies import answer, nothing
from blueprints.context import login_required, require_actor, services
from protocol.people_views import PersonList

blueprint = Blueprint("blocks", __name__)


@blueprint.get("/blocks")
@login_required
async def blocks() -> Response:
    return answer(PersonList(await services().blocks.people(await require_actor())))


@blueprint.put("/blocks/<int:user_id>")
@login_required
async def put_block(user_id: int) -> Response:
    await services().blocks.add(await require_actor(), user_id)
    return nothing()


@blueprint.delete("/blocks/<int:user_id>")
@login_required
async def delete_block(user_id: int) -> Response:
    await services().blocks.remove(await require_actor(), user_id)
    return nothing()
