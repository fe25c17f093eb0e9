"""The JSON API about oneself: profile, password, logins."""

from typing import Any

import msgspec
from quart import Blueprint, Response

from blueprints.bodies import answer, body, nothing
from blueprints.context import actions, login_required, logout, require_session
from blueprints.limits import password_limits, profile_limits
from models import Profile, Session, User
from realtime import frames

blueprint = Blueprint("account", __name__, url_prefix="/api")


class NewPassword(msgspec.Struct):
    password: str
    new_password: str


@blueprint.get("/profile")
@login_required
async def profile() -> Response:
    return answer(_chosen((await require_session()).user))


@blueprint.patch("/profile")
@login_required
@profile_limits
async def change_profile() -> Response:
    choices = await body(Profile)
    user = (await require_session()).user
    await actions().change_profile(user, choices)
    return answer(_chosen(user))


@blueprint.post("/password")
@login_required
@password_limits
async def change_password() -> Response:
    asked = await body(NewPassword)
    await actions().change_password(await require_session(), asked.password, asked.new_password)
    return nothing()


@blueprint.get("/sessions")
@login_required
async def sessions() -> Response:
    mine = await require_session()
    return answer({"sessions": [_login(each, mine) for each in await Session.all_of(mine.user_id)]})


@blueprint.delete("/sessions/<int:session_id>")
@login_required
async def end_session(session_id: int) -> Response:
    mine = await require_session()
    await actions().end_session_of(mine.user_id, session_id)
    if session_id == mine.id:
        logout()
    return nothing()


@blueprint.delete("/sessions")
@login_required
async def end_other_sessions() -> Response:
    await actions().end_other_sessions(await require_session())
    return nothing()


def _chosen(user: User) -> dict[str, Any]:
    names = ("id", "username", "display_name", "language", "theme", "time_format")
    return {name: getattr(user, name) for name in names}


def _login(session: Session, mine: Session) -> dict[str, Any]:
    return {
        "id": session.id,
        "user_agent": session.user_agent,
        "created_at": frames.timestamp(session.created_at),
        "last_used_at": frames.timestamp(session.last_used_at or session.created_at),
        "is_current": session.id == mine.id,
    }
