"""The JSON API, for front ends that others write. Errors have the shape of the error frame."""

import msgspec
from quart import Blueprint, Response, request

from blueprints.bodies import answer as _json
from blueprints.bodies import body as _body
from blueprints.bodies import nothing as _nothing
from blueprints.context import (
    actions,
    login,
    login_required,
    logout,
    member_of,
    number,
    require_session,
)
from blueprints.limits import login_limits, registration_limits
from models import User
from realtime import frames

blueprint = Blueprint("api", __name__, url_prefix="/api")


class Credentials(msgspec.Struct):
    username: str
    password: str


class NewRoom(msgspec.Struct):
    name: str
    members: list[str] = []


class NewMember(msgspec.Struct):
    username: str


class NewMessage(msgspec.Struct):
    message: str
    client_id: frames.ClientId | None = None


@blueprint.post("/users")
@registration_limits
async def register() -> Response:
    body = await _body(Credentials)
    user = await actions().register(body.username, body.password)
    return _json(_person(user), 201)


@blueprint.post("/session")
@login_limits
async def start_session() -> Response:
    body = await _body(Credentials)
    agent = request.headers.get("User-Agent", "")
    user, token = await actions().start_session(body.username, body.password, agent)
    login(token)
    return _json(_person(user))


@blueprint.get("/session")
@login_required
async def session() -> Response:
    return _json(_person((await require_session()).user))


@blueprint.delete("/session")
@login_required
async def end_session() -> Response:
    await actions().end_session(await require_session())
    logout()
    return _nothing()


@blueprint.get("/rooms")
@login_required
async def rooms() -> Response:
    user_id = (await require_session()).user_id
    return _json({"rooms": await actions().room_list(user_id)})


@blueprint.post("/rooms")
@login_required
async def create_room() -> Response:
    body = await _body(NewRoom)
    owner = (await require_session()).user
    room = await actions().create_room(owner, body.name, body.members)
    return _json(await actions().room_details(await member_of(room.id)), 201)


@blueprint.get("/rooms/<int:room_id>")
@login_required
async def room(room_id: int) -> Response:
    return _json(await actions().room_details(await member_of(room_id)))


@blueprint.delete("/rooms/<int:room_id>")
@login_required
async def delete_room(room_id: int) -> Response:
    await actions().delete_room(await member_of(room_id))
    return _nothing()


@blueprint.post("/rooms/<int:room_id>/members")
@login_required
async def add_member(room_id: int) -> Response:
    # The body first: whoever is removed while it is still on its way is not let in by it.
    body = await _body(NewMember)
    actor = await member_of(room_id)
    user = await actions().add_member(actor, body.username)
    return _json(_person(user), 201)


@blueprint.delete("/rooms/<int:room_id>/members/<int:user_id>")
@login_required
async def remove_member(room_id: int, user_id: int) -> Response:
    await actions().remove_member(await member_of(room_id), user_id)
    return _nothing()


@blueprint.get("/rooms/<int:room_id>/messages")
@login_required
async def messages(room_id: int) -> Response:
    member = await member_of(room_id)
    history = await actions().history(
        member,
        before=number(request.args, "before"),
        after=number(request.args, "after"),
        limit=number(request.args, "limit") or 50,
    )
    return _json({"messages": history})


@blueprint.post("/rooms/<int:room_id>/messages")
@login_required
async def post_message(room_id: int) -> Response:
    body = await _body(NewMessage)
    member = await member_of(room_id)
    stored = await actions().post_message(member, body.message, body.client_id)
    return Response(frames.message_sent(stored), 201, content_type="application/json")


def _person(user: User) -> dict[str, object]:
    person: dict[str, object] = {"id": user.id, "username": user.username}
    return person | ({"display_name": user.display_name} if user.display_name else {})
