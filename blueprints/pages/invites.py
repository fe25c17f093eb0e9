"""Pages to make links by which others come: into a room of one's own, or to the server."""

from datetime import timedelta

from quart import Blueprint, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import current_actor, login_required, member_of, require_actor, services
from blueprints.pages.qr import qr_svg
from blueprints.pages.rendering import render
from blueprints.security import site_address
from models import Refusal
from services.policy import Right, require, require_admin

# What the page offers; the API takes any number. "" is for none.
USES = ("1", "5", "25", "100", "1000", "")
SECONDS = ("3600", "86400", "604800", "2592000", "7776000")
NEVER = ""

blueprint = Blueprint("invites", __name__)


@blueprint.app_template_global("may_invite")
async def may_invite() -> bool:
    """Whether the reader may make links to the server."""
    actor = await current_actor()
    return actor is not None and await services().invite_links.may_invite(actor)


@blueprint.get("/invites/")
@login_required
async def of_server() -> ResponseReturnValue:
    """The links to the server, and the form of a new one."""
    return await _page(None)


@blueprint.post("/invites/")
@login_required
async def make_to_server() -> ResponseReturnValue:
    """Make a link, and show it this once."""
    return await _make(None)


@blueprint.post("/invites/<int:link_id>/revoke")
@login_required
async def revoke_to_server(link_id: int) -> ResponseReturnValue:
    """Let nobody come by it any more."""
    await services().invite_links.revoke(await require_actor(), link_id)
    return redirect(url_for("invites.of_server", _anchor="links"), 303)


@blueprint.get("/rooms/<int:room_id>/invites/")
@login_required
async def of_room(room_id: int) -> ResponseReturnValue:
    """The links into a room, to its owners."""
    return await _page(room_id)


@blueprint.post("/rooms/<int:room_id>/invites/")
@login_required
async def make_to_room(room_id: int) -> ResponseReturnValue:
    """Make a link into a room, and show it this once."""
    return await _make(room_id)


@blueprint.post("/rooms/<int:room_id>/invites/<int:link_id>/revoke")
@login_required
async def revoke_to_room(room_id: int, link_id: int) -> ResponseReturnValue:
    """Let nobody come by it any more."""
    require(Right.INVITE_BY_LINK, await member_of(room_id))
    await services().invite_links.revoke(await require_actor(), link_id)
    return redirect(url_for("invites.of_room", room_id=room_id, _anchor="links"), 303)


async def _make(room_id: int | None) -> ResponseReturnValue:
    form = await request.form
    uses = _number(str(form.get("uses", "1")), "uses")
    seconds = _number(str(form.get("seconds", SECONDS[2])), "seconds")
    lifetime = None if seconds is None else timedelta(seconds=seconds)
    _, token = await services().invite_links.make(await require_actor(), room_id, uses, lifetime)
    return await _page(room_id, site_address(url_for("invitation.show", token=token)))


def _number(text: str, name: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Refusal("bad_field", problem=name)
    return int(text)


async def _page(room_id: int | None, address: str = "") -> ResponseReturnValue:
    """`address` is that of a link that has just been made."""
    actor, room = await require_actor(), None
    if room_id is not None:
        member = await member_of(room_id)
        require(Right.INVITE_BY_LINK, member)
        room = member.room
    elif not await services().invite_links.may_invite(actor):
        require_admin(actor)
    return await render(
        "invites.html",
        user=actor.user,
        place=room,
        address=address,
        qr=await qr_svg(address) if address else "",
        links=await services().invite_links.listed(actor, room_id),
        uses=USES,
        seconds=(*SECONDS, NEVER) if actor.user.is_admin else SECONDS,
        registration=(await services().site.state()).registration,
    )
