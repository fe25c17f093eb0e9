"""The JSON API of requests to be let into a room."""

import msgspec
from quart import Blueprint, Response

from blueprints.api.bodies import answer, body, nothing
from blueprints.context import login_required, member_of, require_actor, services
from protocol.join_request_views import JoinRequestList

blueprint = Blueprint("join_requests", __name__)

_REQUESTS = "/rooms/<int:room_id>/requests"


class NewRequest(msgspec.Struct):
    note: str = ""


@blueprint.get(_REQUESTS)
@login_required
async def listed(room_id: int) -> Response:
    found = await services().join_requests.listed(await member_of(room_id))
    return answer(JoinRequestList(found))


@blueprint.post(_REQUESTS)
@login_required
async def ask(room_id: int) -> Response:
    """The same answer, whether or not there is such a room."""
    sent = await body(NewRequest)
    services().join_requests.ask(await require_actor(), room_id, sent.note)
    return Response(b"", 202)


@blueprint.post(f"{_REQUESTS}/<int:user_id>")
@login_required
async def accept(room_id: int, user_id: int) -> Response:
    await services().join_requests.accept(await member_of(room_id), user_id)
    return nothing()


@blueprint.delete(f"{_REQUESTS}/<int:user_id>")
@login_required
async def decline(room_id: int, user_id: int) -> Response:
    await services().join_requests.decline(await member_of(room_id), user_id)
    return nothing()
