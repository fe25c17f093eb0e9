"""The JSON API to make an account, log in and log out."""

from quart import Blueprint, Response

from blueprints.api.bodies import (
    Credentials,
    NewAccount,
    answer,
    credentials,
    new_account,
    nothing,
)
from blueprints.context import login_required, logout, require_actor, require_session, services
from blueprints.device_cookies import remember_device
from blueprints.invite_tokens import link_of
from blueprints.logins import log_in
from blueprints.rate_limits import (
    login_limits,
    parsed,
    parsed_by,
    registration_limits,
    registration_slot,
)
from realtime.account_views import user_view

blueprint = Blueprint("accounts", __name__)


@blueprint.post("/users")
@registration_limits
@parsed_by(new_account)
async def register() -> Response:
    asked: NewAccount = parsed()
    async with registration_slot():
        if asked.invite is None:
            user = await services().accounts.register(asked.username, asked.password)
        else:
            await link_of(asked.invite)
            invited = (asked.invite, asked.username, asked.password)
            user, _ = await services().invited_accounts.register(*invited)
    return answer(user_view(user), 201)


@blueprint.post("/session")
@login_limits
@parsed_by(credentials)
async def start_session() -> Response:
    asked: Credentials = parsed()
    return remember_device(answer(user_view(await log_in(asked))), asked.username)


@blueprint.get("/session")
@login_required
async def session() -> Response:
    return answer(user_view((await require_actor()).user))


@blueprint.delete("/session")
@login_required
async def end_session() -> Response:
    await services().sessions.end(await require_session())
    logout()
    return nothing()
