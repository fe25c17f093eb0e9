"""The directory: pages of public rooms, and the way into one."""

from quart import Blueprint, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import int_arg, login_required, require_actor, services
from blueprints.pages.rendering import render
from models import Refusal

blueprint = Blueprint("public_rooms", __name__, url_prefix="/rooms/public")


@blueprint.get("/")
@login_required
async def index() -> ResponseReturnValue:
    """The public rooms, the latest made first; `?q=` says which."""
    actor, text = await require_actor(), request.args.get("q", "")
    cursor = int_arg(request.args, "cursor")
    found = await services().public_rooms.page(actor, text, cursor)
    return await render("public_rooms.html", user=actor.user, found=found, q=text)


@blueprint.get("/<int:room_id>/")
@login_required
async def show(room_id: int) -> ResponseReturnValue:
    """One of them, to whoever is not in it: where a link to the room leads."""
    actor = await require_actor()
    found = await services().public_rooms.find(actor, room_id)
    if found is None:
        raise Refusal("not_a_member")
    if found.is_member:
        return redirect(url_for("rooms.show", room_id=room_id), 303)
    return await render("public_room.html", user=actor.user, found=found)


@blueprint.post("/<int:room_id>/")
@login_required
async def join(room_id: int) -> ResponseReturnValue:
    """Come in."""
    await services().public_rooms.join(await require_actor(), room_id)
    return redirect(url_for("rooms.show", room_id=room_id), 303)
