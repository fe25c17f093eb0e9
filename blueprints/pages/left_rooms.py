"""What one has written in rooms that one has left: deleted without JavaScript too."""

from quart import Blueprint, redirect, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import login_required, require_session, services
from blueprints.pages.rendering import render
from models import Refusal
from services.confirmations import require_recent

blueprint = Blueprint("left_rooms", __name__, url_prefix="/profile/data/rooms")


@blueprint.get("/<int:room_id>/delete")
@login_required
async def ask(room_id: int) -> ResponseReturnValue:
    """How many they are, and what deleting them means."""
    session = await require_session()
    # Who has to confirm that it is them does so first, and comes back to the question.
    require_recent(session)
    found = await services().removals.left_behind(session.user_id)
    left = next((each for each in found if each.room.id == room_id), None)
    if left is None:
        raise Refusal("not_found")
    return await render("delete_left.html", user=session.user, left=left)


@blueprint.post("/<int:room_id>/delete")
@login_required
async def delete(room_id: int) -> ResponseReturnValue:
    """Delete them all."""
    await services().removals.own_left_behind(await require_session(), room_id)
    return redirect(url_for("exports.own", removed=1), 303)
