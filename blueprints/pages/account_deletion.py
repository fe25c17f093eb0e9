"""The page on which somebody deletes their account, without JavaScript too."""

from quart import Blueprint, g, redirect, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import login_required, logout, require_session, services
from blueprints.pages.admin_forms import field
from blueprints.pages.rendering import render
from models import Refusal
from models.account_erasure import Messages
from translations import DEFAULT

blueprint = Blueprint("account_deletion", __name__, url_prefix="/profile/delete")


@blueprint.get("")
@login_required
async def show() -> ResponseReturnValue:
    """What happens, and what becomes of the messages."""
    return await _page()


@blueprint.post("")
@login_required
async def delete() -> ResponseReturnValue:
    """Delete it."""
    messages = chosen_messages(await field("messages"))
    try:
        await services().account_erasure.own(await require_session(), messages)
    except Refusal as refusal:
        if refusal.code != "last_administrator":
            raise
        return await _page(refusal)
    logout()
    return redirect(url_for("auth.login", reason="deleted"), 303)


async def _page(refusal: Refusal | None = None) -> ResponseReturnValue:
    session = await require_session()
    page = await render(
        "delete_account.html",
        user=session.user,
        heirs=await services().account_erasure.heirs(session.user_id),
        problem=refusal.text(g.get("locale", DEFAULT)) if refusal else "",
    )
    return page, refusal.status if refusal else 200


def chosen_messages(typed: str) -> Messages:
    """What a form says becomes of the messages. Raises Refusal: bad_request."""
    if typed == "keep":
        return "keep"
    if typed == "delete":
        return "delete"
    raise Refusal("bad_request", problem="messages")
