"""An owner deletes a room, without JavaScript too."""

from quart import Blueprint, redirect, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import credential, login_required, member_of, services
from blueprints.pages.admin_forms import confirmed_before
from blueprints.pages.rendering import render
from services.policy import Right, require

blueprint = Blueprint("room_deletion", __name__)


@blueprint.get("/rooms/<int:room_id>/delete")
@login_required
async def ask(room_id: int) -> ResponseReturnValue:
    """Ask whether it is meant, once the login is confirmed."""
    member = await member_of(room_id)
    require(Right.DELETE_ROOM, member)
    return await render("delete_room.html", user=member.user, place=member.room)


@blueprint.post("/rooms/<int:room_id>/delete")
@login_required
@confirmed_before("room_deletion.ask")
async def delete(room_id: int) -> ResponseReturnValue:
    """Delete the room with everything in it."""
    await services().rooms.delete(await member_of(room_id), await credential())
    return redirect(url_for("rooms.index", _anchor="title"), 303)
