"""The JSON API about oneself: profile, password, logins."""

from typing import cast

import msgspec
from quart import Blueprint, Response, request

from blueprints.api.bodies import answer, body, nothing
from blueprints.context import login_required, logout, require_actor, require_session, services
from blueprints.rate_limits import hashing_slot, password_limits, profile_limits
from models import Profile, Session
from models.account_erasure import Messages
from protocol.account_views import LoginList
from realtime.account_views import login_view, profile_view

blueprint = Blueprint("profile", __name__)


class NewPassword(msgspec.Struct):
    password: str
    new_password: str


class Deletion(msgspec.Struct):
    """What becomes of what one has written."""

    messages: Messages


@blueprint.get("/profile")
@login_required
async def profile() -> Response:
    return answer(profile_view((await require_actor()).user))


@blueprint.patch("/profile")
@login_required
@profile_limits
async def change_profile() -> Response:
    choices = await body(Profile)
    actor = await require_actor()
    await services().profiles.change(actor, choices)
    return answer(profile_view(actor.user))


@blueprint.put("/profile/picture")
@login_required
@profile_limits
async def put_picture() -> Response:
    """The bytes of the picture are the body, whatever type they are said to have."""
    actor = await require_actor()
    with services().pictures.place(actor):
        data = cast("bytes", await request.get_data())
        await services().pictures.put(actor, data)
    return answer(profile_view(actor.user))


@blueprint.delete("/profile/picture")
@login_required
@profile_limits
async def remove_picture() -> Response:
    await services().pictures.remove(await require_actor())
    return nothing()


@blueprint.post("/profile/delete")
@login_required
async def delete_account() -> Response:
    asked = await body(Deletion)
    await services().account_erasure.own(await require_session(), asked.messages)
    logout()
    return nothing()


@blueprint.post("/password")
@login_required
@password_limits
async def change_password() -> Response:
    asked = await body(NewPassword)
    session = await require_session()
    with hashing_slot():
        await services().accounts.change_password(session, asked.password, asked.new_password)
    return nothing()


@blueprint.get("/sessions")
@login_required
async def sessions() -> Response:
    mine = await require_session()
    logins = await Session.all_of(mine.user_id)
    return answer(LoginList([login_view(each, mine) for each in logins]))


@blueprint.delete("/sessions/<int:session_id>")
@login_required
async def end_session(session_id: int) -> Response:
    mine = await require_session()
    await services().sessions.end_one_of(mine.user_id, session_id)
    if session_id == mine.id:
        logout()
    return nothing()


@blueprint.delete("/sessions")
@login_required
async def end_other_sessions() -> Response:
    await services().sessions.end_others(await require_session())
    return nothing()
