"""The files of the pictures that people and rooms have."""

from quart import Blueprint, Response

from blueprints.context import login_required, member_of, services

blueprint = Blueprint("pictures", __name__, url_prefix="/pictures")

# For ever: another picture has another name. Not by caches on the way, for it is not for everybody.
KEPT = "private, max-age=31536000, immutable"


@blueprint.get("/<name>.webp")
@login_required
async def show(name: str) -> Response:
    """One of the sizes of a picture: its name, and the number of its pixels."""
    rooms = services().room_pictures
    if (room_id := rooms.room_of(name)) is None:
        data = await services().pictures.read(name)
    else:
        data = await rooms.read(await member_of(room_id), name)
    return Response(data, content_type="image/webp", headers={"Cache-Control": KEPT})
