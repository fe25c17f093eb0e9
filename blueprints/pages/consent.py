"""Saying yes or no to what others ask: requests to talk, invitations, and blocking people."""

from quart import Blueprint, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import login_required, member_of, require_actor, services
from blueprints.security import safe_next

blueprint = Blueprint("consent", __name__)


@blueprint.post("/rooms/<int:room_id>/accept")
@login_required
async def accept(room_id: int) -> ResponseReturnValue:
    """Say yes by a form, and go there."""
    await services().invitations.answer(await require_actor(), room_id, accepts=True)
    return redirect(url_for("rooms.show", room_id=room_id, _anchor="message"), 303)


@blueprint.post("/rooms/<int:room_id>/decline")
@login_required
async def decline(room_id: int) -> ResponseReturnValue:
    """Say no by a form."""
    await services().invitations.answer(await require_actor(), room_id, accepts=False)
    return redirect(url_for("rooms.index", _anchor="title"), 303)


@blueprint.post("/rooms/<int:room_id>/hide")
@login_required
async def hide(room_id: int) -> ResponseReturnValue:
    """Take a room out of the list until something is said in it, or put it back."""
    is_hidden = (await request.form).get("is_hidden") != "false"
    await services().room_preferences.hide(await member_of(room_id), is_hidden=is_hidden)
    there = url_for("rooms.show", room_id=room_id, _anchor="title")
    return redirect(url_for("rooms.index", _anchor="title") if is_hidden else there, 303)


@blueprint.post("/blocks/<int:user_id>")
@login_required
async def block(user_id: int) -> ResponseReturnValue:
    """Block somebody by a form, and go on where it stands."""
    await services().blocks.add(await require_actor(), user_id)
    return await _back()


@blueprint.post("/blocks/<int:user_id>/remove")
@login_required
async def unblock(user_id: int) -> ResponseReturnValue:
    """Block somebody no more."""
    await services().blocks.remove(await require_actor(), user_id)
    return await _back()


async def _back() -> ResponseReturnValue:
    return redirect(safe_next((await request.form).get("next")), 303)
