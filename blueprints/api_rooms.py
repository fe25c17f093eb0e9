"""The JSON API of what members do beside talking: roles, names, mutes, direct conversations."""

from typing import Literal

import msgspec
from quart import Blueprint, Response, request

from blueprints.bodies import answer, body, nothing
from blueprints.context import actions, login_required, member_of, require_session
from blueprints.limits import profile_limits
from realtime import frames

blueprint = Blueprint("api_rooms", __name__, url_prefix="/api")


class Partner(msgspec.Struct):
    username: str


class Name(msgspec.Struct):
    name: str


class Role(msgspec.Struct):
    role: Literal["owner", "member"]


class Mute(msgspec.Struct):
    is_muted: bool


class Unread(msgspec.Struct):
    message_id: frames.MessageId


@blueprint.get("/people")
@login_required
async def people() -> Response:
    user_id = (await require_session()).user_id
    return answer({"people": await actions().find_people(user_id, request.args.get("q", ""))})


@blueprint.post("/direct")
@login_required
async def open_conversation() -> Response:
    sent = await body(Partner)
    user = (await require_session()).user
    room_id = await actions().open_conversation(user, sent.username)
    return answer(await actions().room_details(await member_of(room_id)))


@blueprint.patch("/rooms/<int:room_id>")
@profile_limits
@login_required
async def rename_room(room_id: int) -> Response:
    # The body first, here and below: whoever is removed while it is on its way changes nothing.
    sent = await body(Name)
    member = await member_of(room_id)
    await actions().rename_room(member, sent.name)
    return answer(await actions().room_details(member))


@blueprint.patch("/rooms/<int:room_id>/members/<int:user_id>")
@login_required
async def set_role(room_id: int, user_id: int) -> Response:
    sent = await body(Role)
    await actions().set_role(await member_of(room_id), user_id, sent.role)
    return nothing()


@blueprint.put("/rooms/<int:room_id>/mute")
@login_required
async def mute(room_id: int) -> Response:
    sent = await body(Mute)
    await actions().mute(await member_of(room_id), sent.is_muted)
    return nothing()


@blueprint.post("/rooms/<int:room_id>/unread")
@login_required
async def mark_unread(room_id: int) -> Response:
    sent = await body(Unread)
    await actions().mark_unread(await member_of(room_id), sent.message_id)
    return nothing()
