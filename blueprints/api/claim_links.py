"""The JSON API of links into accounts that an import has made."""

import msgspec
from quart import Blueprint, Response

from blueprints.addresses import reset_url
from blueprints.api.bodies import answer, body
from blueprints.context import admin_required, require_actor, services
from models.claim_links import LIFETIME
from protocol.admin_views import ClaimLinkList, ClaimLinkView

blueprint = Blueprint("claim_links", __name__)


class NewClaimLinks(msgspec.Struct):
    days: int = LIFETIME.days


@blueprint.post("/admin/people/claim-links")
@admin_required
async def make() -> Response:
    asked, actor = await body(NewClaimLinks), await require_actor()
    made, left = await services().claim_links.make(actor, asked.days)
    views = [
        ClaimLinkView(each.user_id, each.username, each.display_name, reset_url(each.token))
        for each in made
    ]
    return answer(ClaimLinkList(views, left))
