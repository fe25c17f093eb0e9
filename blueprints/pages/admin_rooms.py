"""Pages of administrators: rooms that they need not be in, and no word of what is said there."""

from quart import Blueprint, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.audit_filters import cursor_arg
from blueprints.context import admin_required, require_actor, services
from blueprints.pages.admin_forms import asked, confirm_then_ask, field, is_sure, sure_page
from blueprints.pages.rendering import render
from models import Refusal
from services.actor import Actor
from services.policy import require_admin_act

# "appoint" makes somebody an owner besides the others, "transfer" in their place.
ACTS = ("appoint", "transfer", "archive", "unarchive", "delete")

ASKED = tuple(act for act in ACTS if act != "unarchive")

blueprint = Blueprint("admin_rooms", __name__, url_prefix="/admin/rooms")


@blueprint.get("")
@admin_required
async def index() -> ResponseReturnValue:
    """The rooms, the latest made first; `?q=` says which, `?done=` what has just been done."""
    actor, text = await require_actor(), request.args.get("q", "")
    rows, cursor = await services().administered_rooms.page(actor, text, cursor_arg())
    done = request.args.get("done")
    return await render(
        "admin_rooms.html", user=actor.user, rooms=rows, cursor=cursor, q=text, done=done
    )


@blueprint.get("/<int:room_id>")
@admin_required
async def show(room_id: int) -> ResponseReturnValue:
    """One room: who is in it, and what can be done to it."""
    actor, rooms = await require_actor(), services().administered_rooms
    done = request.args.get("done")
    return await render(
        "admin_room.html",
        user=actor.user,
        shown=await rooms.one(actor, room_id),
        members=await rooms.members(actor, room_id),
        done=done if done in ACTS else None,
    )


@blueprint.post("/<int:room_id>/<act>")
@admin_required
async def change(room_id: int, act: str) -> ResponseReturnValue:
    """Do something to a room (ACTS), after asking once more where it takes something."""
    actor = await require_actor()
    if act not in ACTS:
        raise Refusal("not_found")
    if act in ASKED and not await is_sure():
        return await _ask(actor, room_id, act)
    try:
        await _do(actor, room_id, act)
    except Refusal as refusal:
        if refusal.code == "confirmation_required" and act in ASKED:
            return await confirm_then_ask("admin_rooms.ask", room_id=room_id, act=act)
        if refusal.code != "bad_field":
            raise
        return await _ask(actor, room_id, act, refusal)
    if act == "delete":
        return redirect(url_for("admin_rooms.index", done=act), 303)
    return redirect(url_for("admin_rooms.show", room_id=room_id, done=act), 303)


@blueprint.get("/<int:room_id>/<act>")
@admin_required
async def ask(room_id: int, act: str) -> ResponseReturnValue:
    """Ask whether it is meant, after the login was confirmed, with what was typed before that."""
    if act not in ASKED:
        return redirect(url_for("admin_rooms.show", room_id=room_id), 303)
    return await _ask(await require_actor(), room_id, act)


async def _do(actor: Actor, room_id: int, act: str) -> None:
    rooms, reason = services().administered_rooms, await field("reason")
    if act == "delete":
        await rooms.delete(actor, room_id, reason)
    elif act in ("appoint", "transfer"):
        about = room_id, await _member_id(), reason
        await rooms.appoint_owner(actor, *about, replaces_owners=act == "transfer")
    else:
        await rooms.set_archived(actor, room_id, is_archived=act == "archive", reason=reason)


async def _ask(
    actor: Actor, room_id: int, act: str, refusal: Refusal | None = None
) -> ResponseReturnValue:
    require_admin_act(actor)  # Before a reason is typed: behind it the page leads elsewhere.
    rooms = services().administered_rooms
    name = (await rooms.one(actor, room_id)).name
    if act in ("appoint", "transfer"):
        user_id = await _member_id()
        members = {each.id: each for each in await rooms.members(actor, room_id)}
        if user_id not in members:
            raise Refusal("not_found")
        name = members[user_id].shown_name
    there = url_for("admin_rooms.show", room_id=room_id)
    return await sure_page(actor, act, name, there, refusal)


async def _member_id() -> int:
    text = await asked("member")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Refusal("not_found")
    return int(text)
