"""The JSON API of administrators: all links by which people come."""

from quart import Blueprint, Response, request

from blueprints.api.bodies import answer, nothing
from blueprints.api.invites import made_link
from blueprints.audit_filters import cursor_arg
from blueprints.context import admin_required, int_arg, require_actor, services
from protocol.admin_views import AdminInviteList

blueprint = Blueprint("admin_invites", __name__, url_prefix="/admin/invites")


@blueprint.get("")
@admin_required
async def invites() -> Response:
    actor, room_id = await require_actor(), int_arg(request.args, "room_id")
    found = await services().administered_invites.page(actor, cursor_arg(), room_id)
    return answer(AdminInviteList(*found))


@blueprint.post("")
@admin_required
async def make() -> Response:
    return await made_link()


@blueprint.delete("/<int:link_id>")
@admin_required
async def revoke(link_id: int) -> Response:
    reason = request.args.get("reason", "")
    await services().administered_invites.revoke(await require_actor(), link_id, reason)
    return nothing()
