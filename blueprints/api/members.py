"""The JSON API of people: found, let into rooms, removed, and talked to alone."""

from typing import Literal

import msgspec
from quart import Blueprint, Response, request

from blueprints.api.bodies import answer, body, nothing
from blueprints.api.rooms import details_of
from blueprints.context import login_required, member_of, require_actor, services
from protocol.people_views import PersonList
from realtime.account_views import user_view

blueprint = Blueprint("members", __name__)


class NewMember(msgspec.Struct):
    username: str


class Partner(msgspec.Struct):
    username: str


class Role(msgspec.Struct):
    role: Literal["owner", "member"]


@blueprint.get("/people")
@login_required
async def people() -> Response:
    actor = await require_actor()
    found = await services().people.search(actor, request.args.get("q", ""))
    return answer(PersonList(found))


@blueprint.post("/direct")
@login_required
async def open_conversation() -> Response:
    sent = await body(Partner)
    room_id = await services().direct_conversations.open(await require_actor(), sent.username)
    return answer(await details_of(await member_of(room_id)))


@blueprint.post("/rooms/<int:room_id>/members")
@login_required
async def add_member(room_id: int) -> Response:
    # The body first: whoever is removed while it is still on its way is not let in by it.
    sent = await body(NewMember)
    user, is_in = await services().members.add(await member_of(room_id), sent.username)
    return answer(user_view(user, is_invited=not is_in), 201 if is_in else 202)


@blueprint.delete("/rooms/<int:room_id>/members/<int:user_id>")
@login_required
async def remove_member(room_id: int, user_id: int) -> Response:
    reason = request.args.get("reason", "")
    await services().members.remove(await member_of(room_id), user_id, reason)
    return nothing()


@blueprint.patch("/rooms/<int:room_id>/members/<int:user_id>")
@login_required
async def set_role(room_id: int, user_id: int) -> Response:
    sent = await body(Role)
    await services().members.set_role(await member_of(room_id), user_id, sent.role)
    return nothing()
