"""The page of links into accounts that an import has made: as a list, or as a file."""

from quart import Blueprint, Response, g, request
from quart.typing import ResponseReturnValue

from blueprints.addresses import reset_url
from blueprints.context import admin_required, require_actor, services
from blueprints.pages.admin_forms import confirmed_before, field
from blueprints.pages.rendering import render
from models import Refusal
from models.claim_links import DAYS_MAX, LIFETIME, ClaimLink
from protocol import csv_table
from translations import DEFAULT

blueprint = Blueprint("claim_links", __name__, url_prefix="/admin/people")

COLUMNS = ("username", "display_name", "link")


@blueprint.get("/claim-links")
@admin_required
async def ask() -> ResponseReturnValue:
    """How many there are, and for how long links are to be good."""
    return await _page(request.args.get("days", str(LIFETIME.days)))


@blueprint.post("/claim-links")
@admin_required
@confirmed_before("claim_links.ask")
async def make() -> ResponseReturnValue:
    """Make them, and show them this once."""
    days, actor = await field("days"), await require_actor()
    number = int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0
    try:
        made, left = await services().claim_links.make(actor, number)
    except Refusal as refusal:
        if refusal.code not in ("bad_field", "oidc_only"):
            raise
        return await _page(days, refusal)
    if await field("as") == "csv":
        return _file(made)
    rows = [(each, reset_url(each.token)) for each in made]
    return await render(
        "admin_claim_links.html", user=actor.user, rows=rows, left=left, days=number
    )


async def _page(days: str, refusal: Refusal | None = None) -> ResponseReturnValue:
    actor = await require_actor()
    page = await render(
        "admin_claims.html",
        user=actor.user,
        count=await services().claim_links.unclaimed(actor),
        days=days,
        days_max=DAYS_MAX,
        is_bad=bool(refusal and refusal.code == "bad_field"),
        problem=refusal.text(g.get("locale", DEFAULT)) if refusal else "",
    )
    return page, refusal.status if refusal else 200


def _file(made: list[ClaimLink]) -> Response:
    rows = [
        (csv_table.harmless(each.username), csv_table.harmless(each.display_name), each.token)
        for each in made
    ]
    lines = csv_table.table([COLUMNS, *((*names, reset_url(token)) for *names, token in rows)])
    response = Response(lines, content_type=csv_table.TYPE)
    response.headers["Content-Disposition"] = 'attachment; filename="links.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response
