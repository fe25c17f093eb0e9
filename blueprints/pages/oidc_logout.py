"""On to the OpenID provider, after a logout here; and what the provider says of a logout there."""

from typing import cast

import structlog
from quart import Blueprint, Response, redirect, request, url_for
from quart.typing import ResponseReturnValue
from quart_rate_limiter import rate_limit

from blueprints.client_addresses import plain
from blueprints.context import current_actor, services
from blueprints.pages.oidc import oidc_name
from blueprints.pages.rendering import render
from blueprints.rate_limits import MINUTE, SharedLimit, oidc_limits
from blueprints.security import site_address
from models import Refusal

log = structlog.get_logger(__name__)

blueprint = Blueprint("oidc_logout", __name__, url_prefix="/oidc")

# The provider's, when its administrator ends the logins of a whole office. A signature is verified
# in a tenth of a millisecond.
logout_limits = rate_limit(limits=[SharedLimit(600, MINUTE, scope="oidc logout")])


@blueprint.get("/logged-out")
@oidc_limits
async def logged_out() -> ResponseReturnValue:
    """A page that leads on to the provider. No redirect: browsers let no form of ours, such as that
    of the logout, lead to another site.
    """
    login = cast("Response", redirect(url_for("auth.login"), 303))
    if await current_actor() is not None:
        return login
    address = await services().oidc_logout.address(site_address(url_for("auth.login")))
    if not address:
        return login
    page = await render("oidc_logged_out.html", provider=oidc_name(), address=address)
    return Response(page, headers={"Refresh": f"0; url={address}"})


@blueprint.post("/backchannel-logout")
@logout_limits
async def backchannel_logout() -> ResponseReturnValue:
    """OpenID Connect Back-Channel Logout 1.0: the provider says that somebody has logged out."""
    try:
        told = await services().oidc_logout.told(await _token())
        await services().oidc_logout.end(told)
    except Refusal as refusal:
        if refusal.code == "not_found":
            raise
        log.info("logout_refused", address=plain(request.remote_addr), code=refusal.code)
        # 400 whatever it is, says the specification.
        return {"error": "invalid_request", "error_description": refusal.code}, 400
    return "", 200


async def _token() -> str:
    given = (await request.form).getlist("logout_token")
    if len(given) != 1:
        raise Refusal("oidc_failed")
    return str(given[0])
