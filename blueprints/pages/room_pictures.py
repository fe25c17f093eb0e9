"""The picture of a room, set and removed on the page of its settings."""

import asyncio
from typing import cast

from quart import Blueprint, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import login_required, member_of, require_actor, services
from blueprints.pages.moderation import settings_page
from blueprints.rate_limits import profile_limits
from blueprints.uploads import file_of
from models import Refusal
from services.policy import Right, require

blueprint = Blueprint("room_pictures", __name__)


@blueprint.post("/rooms/<int:room_id>/picture")
@login_required
@profile_limits
async def put(room_id: int) -> ResponseReturnValue:
    """A picture in the place of the letter."""
    with services().pictures.place(await require_actor()):
        data = cast("bytes", await request.get_data())
        # In a thread: the search goes through 5 MiB.
        upload = await asyncio.to_thread(file_of, data, request.content_type or "")
        member = await member_of(room_id)
        require(Right.RENAME_ROOM, member)
        try:
            await services().room_pictures.put(member, upload)
        except Refusal as refusal:
            return await settings_page(member, refusal)
    return redirect(url_for("moderation.show", room_id=room_id, saved="picture"), 303)


@blueprint.post("/rooms/<int:room_id>/picture/remove")
@login_required
@profile_limits
async def remove(room_id: int) -> ResponseReturnValue:
    """The letter again."""
    await services().room_pictures.remove(await member_of(room_id))
    return redirect(url_for("moderation.show", room_id=room_id, saved="picture"), 303)
