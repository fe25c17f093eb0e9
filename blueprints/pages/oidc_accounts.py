"""Accounts of the OpenID provider that log in to one's own: linked and unlinked; and the
confirmation by it that it is oneself.
"""

from typing import cast

from quart import Blueprint, Response, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints import oidc_cookies
from blueprints.context import login_required, require_session, services
from blueprints.oidc_answers import sent_away
from blueprints.oidc_cookies import Arrival
from blueprints.pages.profile import profile_page
from blueprints.pages.rendering import render
from blueprints.rate_limits import oidc_limits, profile_limits
from blueprints.security import safe_next
from models import Refusal
from services.confirmations import require_recent

blueprint = Blueprint("oidc_accounts", __name__)


@blueprint.get("/profile/linked/new")
@login_required
@oidc_limits
async def begin() -> ResponseReturnValue:
    """To the provider, which says who that is."""
    session = await require_session()
    require_recent(session)
    return await sent_away("link", url_for("profile.show", _anchor="linked"), session.id)


@blueprint.get("/profile/linked/ask")
@login_required
async def ask() -> ResponseReturnValue:
    """Whether it is to be linked: somebody else may have sent this browser there and back."""
    session = await require_session()
    found = oidc_cookies.arrival("link", session.id)
    oidc = services().oidc
    return await render(
        "oidc_link.html", user=session.user, provider=oidc.name, there=found.person.name
    )


@blueprint.post("/profile/linked")
@login_required
@profile_limits
async def link() -> ResponseReturnValue:
    """Link it."""
    session = await require_session()
    found = oidc_cookies.arrival("link", session.id)
    await services().oidc.link(session, found.person, found.state)
    return oidc_cookies.drop(_saved(), Arrival)


@blueprint.post("/profile/linked/<int:identity_id>/unlink")
@login_required
@profile_limits
async def unlink(identity_id: int) -> ResponseReturnValue:
    """It logs in here no more."""
    try:
        await services().oidc.unlink(await require_session(), identity_id)
    except Refusal as refusal:
        if refusal.code not in ("only_login", "last_administrator"):
            raise
        return await profile_page(refusal.status, linked_problem=refusal)
    return _saved()


@blueprint.get("/confirm/provider")
@login_required
@oidc_limits
async def confirm() -> ResponseReturnValue:
    """To the provider, where whoever is logged in shows anew that it is them."""
    session = await require_session()
    return await sent_away("confirm", safe_next(request.args.get("next")), session.id)


def _saved() -> Response:
    there = url_for("profile.show", saved="linked", _anchor="linked")
    return cast("Response", redirect(there, 303))
