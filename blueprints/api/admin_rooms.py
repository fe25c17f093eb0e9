"""The JSON API of administrators: rooms, also those that they are not in."""

import msgspec
from msgspec import UNSET, UnsetType
from quart import Blueprint, Response, request

from blueprints.api.bodies import answer, body, nothing
from blueprints.audit_filters import cursor_arg
from blueprints.context import admin_required, require_actor, services
from models import Refusal
from protocol.admin_views import AdminRoomList
from realtime.admin_views import admin_room_view

blueprint = Blueprint("admin_rooms", __name__, url_prefix="/admin/rooms")


class RoomChange(msgspec.Struct):
    """One of `is_archived` and `owner`, the id of a member who is to be one; or the only one, where
    it `replaces_owners`.
    """

    is_archived: bool | UnsetType = UNSET
    owner: int | UnsetType = UNSET
    replaces_owners: bool = False
    reason: str = ""


@blueprint.get("")
@admin_required
async def rooms() -> Response:
    text = request.args.get("q", "")
    rows, cursor = await services().administered_rooms.page(
        await require_actor(), text, cursor_arg()
    )
    return answer(AdminRoomList([admin_room_view(row) for row in rows], cursor))


@blueprint.get("/<int:room_id>")
@admin_required
async def room(room_id: int) -> Response:
    return answer(
        admin_room_view(await services().administered_rooms.one(await require_actor(), room_id))
    )


@blueprint.patch("/<int:room_id>")
@admin_required
async def change_room(room_id: int) -> Response:
    asked, actor = await body(RoomChange), await require_actor()
    acts = services().administered_rooms
    if isinstance(asked.is_archived, bool) and asked.owner is UNSET:
        is_archived = asked.is_archived
        await acts.set_archived(actor, room_id, is_archived=is_archived, reason=asked.reason)
    elif isinstance(asked.owner, int) and asked.is_archived is UNSET:
        about = asked.owner, asked.reason
        await acts.appoint_owner(actor, room_id, *about, replaces_owners=asked.replaces_owners)
    else:
        raise Refusal("bad_field", problem="one of is_archived and owner")
    return answer(admin_room_view(await acts.one(actor, room_id)))


@blueprint.delete("/<int:room_id>")
@admin_required
async def delete_room(room_id: int) -> Response:
    reason = request.args.get("reason", "")
    await services().administered_rooms.delete(await require_actor(), room_id, reason)
    return nothing()
