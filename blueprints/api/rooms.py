"""The JSON API of rooms: listed, made, renamed, deleted, and what they are to their members."""

from typing import Literal, cast

import msgspec
from quart import Blueprint, Response, request

from blueprints.api.bodies import answer, body, nothing
from blueprints.context import (
    credential,
    limit_arg,
    login_required,
    member_of,
    require_actor,
    services,
)
from blueprints.rate_limits import profile_limits, room_limits
from models import Membership, Refusal
from models.queries.room_list import ROOMS_MAX
from protocol.views import RoomDetails

blueprint = Blueprint("rooms", __name__)


Visibility = Literal["private", "public"]
NewcomersSee = Literal["all", "from_joining"]


class NewRoom(msgspec.Struct):
    name: str
    members: list[str] = []
    visibility: Visibility = "private"
    topic: str = ""
    newcomers_see: NewcomersSee = "all"


class RoomChanges(msgspec.Struct):
    name: str | None = None
    slow_seconds: int | None = None
    writers: Literal["members", "owners"] | None = None
    visibility: Visibility | None = None
    topic: str | None = None
    newcomers_see: NewcomersSee | None = None


class Mute(msgspec.Struct):
    is_muted: bool


class Level(msgspec.Struct):
    level: Literal["all", "mentions", "nothing"]


class Hidden(msgspec.Struct):
    is_hidden: bool


@blueprint.get("/rooms")
@login_required
async def rooms() -> Response:
    actor, room_list = await require_actor(), services().room_list
    limit = limit_arg(ROOMS_MAX)
    if text := request.args.get("q"):
        return answer(await room_list.search(actor, text, limit))
    room_list.check_rate(actor)
    return answer(await room_list.page(actor, limit, request.args.get("cursor")))


@blueprint.post("/rooms")
@room_limits
@login_required
async def create_room() -> Response:
    sent = await body(NewRoom)
    made = (sent.name, sent.members, sent.visibility, sent.topic, sent.newcomers_see)
    room = await services().rooms.create(await require_actor(), *made)
    return answer(await details_of(await member_of(room.id)), 201)


@blueprint.get("/rooms/<int:room_id>")
@login_required
async def room(room_id: int) -> Response:
    member = await member_of(room_id)
    # As dear as a page of history, in a room of a thousand.
    services().history.check_rate(member.user_id)
    return answer(await details_of(member))


@blueprint.delete("/rooms/<int:room_id>")
@login_required
async def delete_room(room_id: int) -> Response:
    await services().rooms.delete(await member_of(room_id), await credential())
    return nothing()


@blueprint.patch("/rooms/<int:room_id>")
@profile_limits
@login_required
async def change_room(room_id: int) -> Response:
    # The body first, here and below: whoever is removed while it is on its way changes nothing.
    sent = await body(RoomChanges)
    member = await member_of(room_id)
    if all(getattr(sent, field) is None for field in sent.__struct_fields__):
        raise Refusal("bad_field", problem="nothing to change")
    if sent.name is not None:
        await services().rooms.rename(member, sent.name)
    rules = sent.slow_seconds, sent.writers, sent.newcomers_see
    if any(rule is not None for rule in rules):
        await services().rooms.set_rules(member, *rules)
    if sent.visibility is not None or sent.topic is not None:
        await services().rooms.set_listing(member, sent.visibility, sent.topic)
    return answer(await details_of(member))


@blueprint.put("/rooms/<int:room_id>/picture")
@profile_limits
@login_required
async def put_picture(room_id: int) -> Response:
    """The bytes of the picture are the body, whatever type they are said to have."""
    with services().pictures.place(await require_actor()):
        data = cast("bytes", await request.get_data())
        member = await member_of(room_id)
        await services().room_pictures.put(member, data)
    return answer(await details_of(member))


@blueprint.delete("/rooms/<int:room_id>/picture")
@profile_limits
@login_required
async def remove_picture(room_id: int) -> Response:
    await services().room_pictures.remove(await member_of(room_id))
    return nothing()


@blueprint.put("/rooms/<int:room_id>/mute")
@login_required
async def mute(room_id: int) -> Response:
    sent = await body(Mute)
    await services().room_preferences.mute(await member_of(room_id), sent.is_muted)
    return nothing()


@blueprint.put("/rooms/<int:room_id>/level")
@login_required
async def set_level(room_id: int) -> Response:
    sent = await body(Level)
    await services().room_preferences.set_level(await member_of(room_id), sent.level)
    return nothing()


@blueprint.put("/rooms/<int:room_id>/hidden")
@login_required
async def hide(room_id: int) -> Response:
    sent = await body(Hidden)
    await services().room_preferences.hide(await member_of(room_id), is_hidden=sent.is_hidden)
    return nothing()


@blueprint.post("/rooms/<int:room_id>/accept")
@login_required
async def accept(room_id: int) -> Response:
    await services().invitations.answer(await require_actor(), room_id, accepts=True)
    return nothing()


@blueprint.post("/rooms/<int:room_id>/decline")
@login_required
async def decline(room_id: int) -> Response:
    await services().invitations.answer(await require_actor(), room_id, accepts=False)
    return nothing()


async def details_of(member: Membership) -> RoomDetails:
    """A room as the JSON API shows it."""
    details = await services().rooms.details(member)
    details.request_count = await services().join_requests.count(member)
    return details
