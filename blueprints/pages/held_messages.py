"""Pages of messages of new accounts that wait: for owners of their room, and for administrators."""

from quart import Blueprint, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import admin_required, login_required, member_of, require_actor, services
from blueprints.pages.admin_forms import field
from blueprints.pages.rendering import render

ACTS = ("approve", "reject")

blueprint = Blueprint("held_messages", __name__)


@blueprint.get("/rooms/<int:room_id>/held/")
@login_required
async def of_room(room_id: int) -> ResponseReturnValue:
    """Those of one room: for owners."""
    member = await member_of(room_id)
    found = await services().held_messages.of_room(member)
    about = {"place": member.room, "held": found, "done": _done()}
    return await render("held.html", user=member.user, **about)


@blueprint.post("/rooms/<int:room_id>/held/<int:held_id>/approve")
@login_required
async def approve_in_room(room_id: int, held_id: int) -> ResponseReturnValue:
    """Let it through."""
    await services().held_messages.approve_in_room(await member_of(room_id), held_id)
    return redirect(url_for("held_messages.of_room", room_id=room_id, done="approve"), 303)


@blueprint.post("/rooms/<int:room_id>/held/<int:held_id>/reject")
@login_required
async def reject_in_room(room_id: int, held_id: int) -> ResponseReturnValue:
    """Do not post it; say why."""
    member, reason = await member_of(room_id), await field("reason")
    await services().held_messages.reject_in_room(member, held_id, reason)
    return redirect(url_for("held_messages.of_room", room_id=room_id, done="reject"), 303)


@blueprint.get("/admin/held")
@admin_required
async def everywhere() -> ResponseReturnValue:
    """Those of all rooms."""
    actor = await require_actor()
    found = await services().held_messages.all(actor)
    return await render("admin_held.html", user=actor.user, held=found, done=_done())


@blueprint.post("/admin/held/<int:held_id>/approve")
@admin_required
async def approve(held_id: int) -> ResponseReturnValue:
    """Let it through."""
    await services().held_messages.approve(await require_actor(), held_id)
    return redirect(url_for("held_messages.everywhere", done="approve"), 303)


@blueprint.post("/admin/held/<int:held_id>/reject")
@admin_required
async def reject(held_id: int) -> ResponseReturnValue:
    """Do not post it; say why."""
    reason = await field("reason")
    await services().held_messages.reject(await require_actor(), held_id, reason)
    return redirect(url_for("held_messages.everywhere", done="reject"), 303)


def _done() -> str | None:
    done = request.args.get("done")
    return done if done in ACTS else None
