"""The JSON API to make an account, log in and log out."""

from msgspec import Struct
from quart import Blueprint, Response

from blueprints.api.bodies import (
    Credentials,
    NewAccount,
    answer,
    body,
    credentials,
    new_account,
    nothing,
)
from blueprints.api.login_factors import raw, text
from blueprints.context import login_required, logout, require_actor, require_session, services
from blueprints.device_cookies import remember_device
from blueprints.invite_tokens import link_of
from blueprints.logins import log_in
from blueprints.rate_limits import (
    factor_limits,
    login_limits,
    parsed,
    parsed_by,
    registration_limits,
)
from blueprints.registrations import make_account, passkey_options
from realtime.account_views import user_view

blueprint = Blueprint("accounts", __name__)


class NewName(Struct):
    """What somebody who has no account would be called, and the token by which they come."""

    username: str
    invite: str | None = None


@blueprint.post("/users")
@registration_limits
@parsed_by(new_account)
async def register() -> Response:
    asked: NewAccount = parsed()
    if asked.invite is not None:
        await link_of(asked.invite)
    credential = text(asked.credential)
    user, _ = await make_account(asked.username, asked.password, credential, asked.invite)
    return answer(user_view(user), 201)


@blueprint.post("/users/passkey/options")
@factor_limits
async def new_passkey_options() -> Response:
    asked = await body(NewName)
    if asked.invite is not None:
        await link_of(asked.invite)
    return raw(await passkey_options(asked.username, asked.invite))


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
