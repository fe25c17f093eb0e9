"""The page on which owners answer who asks to be let in; and the form by which one asks."""

from typing import Any

from quart import Blueprint, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import login_required, member_of, require_actor, services
from blueprints.pages.rendering import render
from models.join_request import AskedRoomRow

blueprint = Blueprint("join_requests", __name__)

_REQUESTS = "/rooms/<int:room_id>/requests/"


@blueprint.app_template_global("rooms_asked_for")
async def rooms_asked_for() -> list[AskedRoomRow]:
    """The rooms of whoever reads into which people ask to be let."""
    return await services().join_requests.rooms_asked_for(await require_actor())


@blueprint.post("/rooms/<int:room_id>/ask")
@login_required
async def ask(room_id: int) -> ResponseReturnValue:
    """Ask. What comes back is the same, whether or not there is such a room."""
    form: Any = await request.form
    services().join_requests.ask(await require_actor(), room_id, str(form.get("note", "")))
    return redirect(url_for("rooms.show", room_id=room_id, asked=1), 303)


@blueprint.get(_REQUESTS)
@login_required
async def show(room_id: int) -> ResponseReturnValue:
    """Who asks, for owners."""
    member = await member_of(room_id)
    found = await services().join_requests.listed(member)
    done = request.args.get("done")
    return await render(
        "join_requests.html", user=member.user, place=member.room, requests=found, done=done
    )


@blueprint.post(f"{_REQUESTS}<int:user_id>/accept")
@login_required
async def accept(room_id: int, user_id: int) -> ResponseReturnValue:
    """Let them in."""
    await services().join_requests.accept(await member_of(room_id), user_id)
    return redirect(url_for("join_requests.show", room_id=room_id, done="accept"), 303)


@blueprint.post(f"{_REQUESTS}<int:user_id>/decline")
@login_required
async def decline(room_id: int, user_id: int) -> ResponseReturnValue:
    """Say no."""
    await services().join_requests.decline(await member_of(room_id), user_id)
    return redirect(url_for("join_requests.show", room_id=room_id, done="decline"), 303)
