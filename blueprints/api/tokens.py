"""The JSON API of one's own access tokens. Programs with one make no others: only a login does."""

import msgspec
from quart import Blueprint, Response

from blueprints.api.bodies import answer, body, nothing
from blueprints.context import login_required, require_session, services
from blueprints.rate_limits import hashing_slot, password_limits
from models import AccessToken
from protocol.admin_views import TokenList
from realtime.admin_views import new_token_view, token_view
from services.actor import Scope

blueprint = Blueprint("tokens", __name__)


class NewToken(msgspec.Struct):
    """`days`: after how many it ends; None: not by itself."""

    name: str
    scopes: list[Scope]
    password: str
    days: int | None = None


@blueprint.get("/tokens")
@login_required
async def tokens() -> Response:
    mine = await require_session()
    return answer(TokenList([token_view(each) for each in await AccessToken.all_of(mine.user_id)]))


@blueprint.post("/tokens")
@login_required
@password_limits
async def make_token() -> Response:
    asked, session = await body(NewToken), await require_session()
    with hashing_slot():
        made, token = await services().tokens.make(
            session, asked.password, asked.name, asked.scopes, asked.days
        )
    return answer(new_token_view(made, token), 201)


@blueprint.delete("/tokens/<int:token_id>")
@login_required
async def end_token(token_id: int) -> Response:
    await services().tokens.end((await require_session()).user_id, token_id)
    return nothing()
