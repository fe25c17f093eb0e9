"""Pages of administrators: all links by which people come, and who came by which."""

from quart import Blueprint, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.audit_filters import cursor_arg
from blueprints.context import admin_required, int_arg, require_actor, services
from blueprints.pages.admin_forms import confirm_then_ask, field, is_sure, sure_page
from blueprints.pages.rendering import render
from models import Refusal
from services.actor import Actor
from services.policy import require_admin_act

blueprint = Blueprint("admin_invites", __name__, url_prefix="/admin/invites")


@blueprint.get("")
@admin_required
async def index() -> ResponseReturnValue:
    """The links, the latest first; `?room_id=` those into one room."""
    actor, room_id = await require_actor(), int_arg(request.args, "room_id")
    links, cursor = await services().administered_invites.page(actor, cursor_arg(), room_id)
    return await render(
        "admin_invites.html",
        user=actor.user,
        links=links,
        cursor=cursor,
        room_id=room_id,
        revoked="revoked" in request.args,
    )


@blueprint.post("/<int:link_id>/revoke")
@admin_required
async def revoke(link_id: int) -> ResponseReturnValue:
    """Let nobody come by it any more, after asking once more."""
    actor = await require_actor()
    if not await is_sure():
        return await _ask(actor, link_id)
    try:
        await services().administered_invites.revoke(actor, link_id, await field("reason"))
    except Refusal as refusal:
        if refusal.code == "confirmation_required":
            return await confirm_then_ask("admin_invites.ask", link_id=link_id)
        if refusal.code != "bad_field":
            raise
        return await _ask(actor, link_id, refusal)
    return redirect(url_for("admin_invites.index", revoked=1), 303)


@blueprint.get("/<int:link_id>/revoke")
@admin_required
async def ask(link_id: int) -> ResponseReturnValue:
    """Ask whether it is meant, after the login was confirmed, with what was typed before that."""
    return await _ask(await require_actor(), link_id)


async def _ask(actor: Actor, link_id: int, refusal: Refusal | None = None) -> ResponseReturnValue:
    require_admin_act(actor)  # Before a reason is typed: behind it the page leads elsewhere.
    link = await services().administered_invites.one(actor, link_id)
    name = link.maker.display_name or link.maker.username
    return await sure_page(actor, "revoke-invite", name, url_for("admin_invites.index"), refusal)
