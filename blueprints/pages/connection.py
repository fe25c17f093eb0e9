"""The page on which people see how their browser reaches the server: its script says it all."""

from quart import Blueprint
from quart.typing import ResponseReturnValue

from blueprints.context import login_required, require_actor
from blueprints.pages.rendering import render

blueprint = Blueprint("connection", __name__)


@blueprint.get("/connection")
@login_required
async def show() -> ResponseReturnValue:
    """Of the reader's own browser; the server knows nothing of it."""
    return await render("connection.html", user=(await require_actor()).user)
