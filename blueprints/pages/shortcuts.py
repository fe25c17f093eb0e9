"""The dialog of keyboard shortcuts, for a page that is open."""

from quart import Blueprint
from quart.typing import ResponseReturnValue

from blueprints.context import login_required
from blueprints.pages.rendering import render

blueprint = Blueprint("shortcuts", __name__)


@blueprint.get("/shortcuts")
@login_required
async def show() -> ResponseReturnValue:
    """The dialog alone: it is read more seldom than any page, and would be part of each."""
    return await render("shortcuts.html")
