"""The JSON API of the server itself: how it is, and its connections; for administrators."""

from quart import Blueprint, Response, request

from blueprints.api.bodies import answer, nothing
from blueprints.context import admin_required, int_arg, require_actor, services

blueprint = Blueprint("system", __name__, url_prefix="/admin")


@blueprint.get("/system")
@admin_required
async def system() -> Response:
    """All processes, the database, Redis, the index; `?user_id=` for the connections of one."""
    user_id = int_arg(request.args, "user_id")
    return answer(await services().system.view(await require_actor(), user_id))


@blueprint.delete("/people/<int:user_id>/connections/<process>/<int:number>")
@admin_required
async def close_connection(user_id: int, process: str, number: int) -> Response:
    reason = request.args.get("reason", "")
    await services().system.close(await require_actor(), user_id, process, number, reason)
    return nothing()
