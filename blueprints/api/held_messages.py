"""The JSON API of messages of new accounts that wait."""

import msgspec
from quart import Blueprint, Response

from blueprints.api.bodies import answer, body, nothing
from blueprints.context import admin_required, login_required, member_of, require_actor, services
from protocol.moderation_views import HeldList
from realtime.moderation_views import held_view

blueprint = Blueprint("held_messages", __name__)


class Rejection(msgspec.Struct):
    reason: str = ""


@blueprint.get("/rooms/<int:room_id>/held")
@login_required
async def of_room(room_id: int) -> Response:
    found = await services().held_messages.of_room(await member_of(room_id))
    return answer(HeldList([held_view(each) for each in found]))


@blueprint.delete("/rooms/<int:room_id>/held/<client_id>")
@login_required
async def withdraw(room_id: int, client_id: str) -> Response:
    await services().held_messages.withdraw(await member_of(room_id), client_id)
    return nothing()


@blueprint.post("/rooms/<int:room_id>/held/<int:held_id>/approve")
@login_required
async def approve_in_room(room_id: int, held_id: int) -> Response:
    await services().held_messages.approve_in_room(await member_of(room_id), held_id)
    return nothing()


@blueprint.post("/rooms/<int:room_id>/held/<int:held_id>/reject")
@login_required
async def reject_in_room(room_id: int, held_id: int) -> Response:
    reason = (await body(Rejection)).reason
    await services().held_messages.reject_in_room(await member_of(room_id), held_id, reason)
    return nothing()


@blueprint.get("/admin/held")
@admin_required
async def everywhere() -> Response:
    found = await services().held_messages.all(await require_actor())
    return answer(HeldList([held_view(each) for each in found]))


@blueprint.post("/admin/held/<int:held_id>/approve")
@admin_required
async def approve(held_id: int) -> Response:
    await services().held_messages.approve(await require_actor(), held_id)
    return nothing()


@blueprint.post("/admin/held/<int:held_id>/reject")
@admin_required
async def reject(held_id: int) -> Response:
    reason = (await body(Rejection)).reason
    await services().held_messages.reject(await require_actor(), held_id, reason)
    return nothing()
