"""The pages of how long messages are kept, in a room and on the server. What would be deleted is
said, and asked for, first.
"""

from quart import Blueprint, g, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import (
    admin_required,
    credential,
    login_required,
    member_of,
    require_actor,
    services,
)
from blueprints.pages.admin_forms import confirmed_before, field, is_sure
from blueprints.pages.rendering import render
from models import Membership, Refusal
from models.retention import DAYS_MAX, Expiring
from services.policy import Right, require
from translations import DEFAULT

blueprint = Blueprint("retention", __name__)

_UNCONFIRMED = "retention_unconfirmed"


@blueprint.get("/rooms/<int:room_id>/retention")
@login_required
async def of_room(room_id: int) -> ResponseReturnValue:
    """For how long a room keeps its messages: for owners."""
    member = await member_of(room_id)
    require(Right.SET_RETENTION, member)
    return await _room_page(member, request.args.get("days"))


@blueprint.post("/rooms/<int:room_id>/retention")
@login_required
@confirmed_before("retention.of_room")
async def set_of_room(room_id: int) -> ResponseReturnValue:
    """Say so; where something would go, after it has been shown."""
    typed, sure = await field("days"), await is_sure()
    member = await member_of(room_id)
    require(Right.SET_RETENTION, member)
    retention, days = services().retention, None
    try:
        days = _days(typed)
        await retention.set(member, await credential(), days, is_sure=sure)
    except Refusal as refusal:
        if refusal.code == _UNCONFIRMED:
            return await _room_page(member, typed, await retention.preview(member, days))
        if refusal.code != "bad_field":
            raise
        return await _room_page(member, typed, refusal=refusal)
    return redirect(url_for("retention.of_room", room_id=room_id, saved=1), 303)


@blueprint.get("/admin/retention")
@admin_required
async def of_server() -> ResponseReturnValue:
    """For how long all rooms keep theirs at most."""
    return await _server_page(request.args.get("days"))


@blueprint.post("/admin/retention")
@admin_required
@confirmed_before("retention.of_server")
async def set_of_server() -> ResponseReturnValue:
    """The same for all rooms, and conversations."""
    typed, sure = await field("days"), await is_sure()
    retention, actor, days = services().retention, await require_actor(), None
    try:
        days = _days(typed)
        await retention.set_everywhere(actor, days, is_sure=sure)
    except Refusal as refusal:
        if refusal.code == _UNCONFIRMED:
            return await _server_page(typed, await retention.preview_everywhere(actor, days))
        if refusal.code != "bad_field":
            raise
        return await _server_page(typed, refusal=refusal)
    return redirect(url_for("retention.of_server", saved=1), 303)


async def _room_page(
    member: Membership,
    typed: str | None = None,
    expiring: Expiring | None = None,
    refusal: Refusal | None = None,
) -> ResponseReturnValue:
    return await _page(
        "room_retention.html", member.room.retention_days, typed, expiring, refusal, member
    )


async def _server_page(
    typed: str | None = None, expiring: Expiring | None = None, refusal: Refusal | None = None
) -> ResponseReturnValue:
    days = await services().retention.of_server()
    return await _page("admin_retention.html", days, typed, expiring, refusal)


async def _page(
    template: str,
    days: int | None,
    typed: str | None,
    expiring: Expiring | None,
    refusal: Refusal | None,
    member: Membership | None = None,
) -> ResponseReturnValue:
    retention, actor = services().retention, await require_actor()
    going = retention.removing(member) if member else retention.removing_everywhere(actor)
    page = await render(
        template,
        user=actor.user,
        place=member.room if member else None,
        days=str(days or "") if typed is None else typed,
        server_days=await retention.of_server(),
        removing=await going,
        days_max=DAYS_MAX,
        expiring=expiring,
        problem=refusal.text(g.get("locale", DEFAULT)) if refusal else "",
        saved="saved" in request.args,
    )
    return page, refusal.status if refusal else 200


def _days(text: str) -> int | None:
    """Of the field; None where it is empty. Raises Refusal: bad_field."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise Refusal("bad_field", problem="days")
    return int(text)
