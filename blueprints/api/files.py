"""The JSON API of files."""

from quart import Blueprint, Response, request

from blueprints.api.bodies import answer
from blueprints.context import int_arg, limit_arg, login_required, member_of, services
from models import Refusal
from realtime.file_views import file_view
from services.room_files import LIST_DEFAULT

blueprint = Blueprint("files", __name__)


@blueprint.get("/rooms/<int:room_id>/files")
@login_required
async def of_room(room_id: int) -> Response:
    """The files of a room, the latest first."""
    member = await member_of(room_id)
    before, limit = int_arg(request.args, "before"), limit_arg(LIST_DEFAULT)
    return answer(await services().room_files.page(member, before, limit))


@blueprint.post("/rooms/<int:room_id>/files")
@login_required
async def upload(room_id: int) -> Response:
    """The bytes of the file are the body, whatever type they are said to have."""
    member = await member_of(room_id)
    size = request.content_length
    if size is None:
        raise Refusal("length_required")
    about = request.args.get("name", "file"), size, request.args.get("alt", "")
    file = await services().uploads.whole(member, *about, aiter(request.body))
    return answer(file_view(file.attached()), 201)
