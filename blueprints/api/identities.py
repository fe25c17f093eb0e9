"""The JSON API of the OpenID provider's accounts that log in to one's own."""

from quart import Blueprint, Response

from blueprints.api.bodies import answer, nothing
from blueprints.context import login_required, require_actor, require_session, services
from blueprints.rate_limits import profile_limits
from protocol.account_views import IdentitiesView
from realtime.account_views import identity_view

blueprint = Blueprint("identities", __name__)


@blueprint.get("/identities")
@login_required
async def identities() -> Response:
    oidc = services().oidc
    mine = await oidc.linked((await require_actor()).user)
    return answer(IdentitiesView(oidc.name or None, [identity_view(each) for each in mine]))


@blueprint.delete("/identities/<int:identity_id>")
@login_required
@profile_limits
async def unlink(identity_id: int) -> Response:
    await services().oidc.unlink(await require_session(), identity_id)
    return nothing()
