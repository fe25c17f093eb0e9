"""The page of what concerns somebody in all their rooms: mentions, answers, reactions."""

from typing import TypedDict

from quart import Blueprint, request
from quart.typing import ResponseReturnValue

from blueprints.context import int_arg, login_required, require_actor, services
from blueprints.pages.rendering import render
from models.names import confusables
from protocol.activity_views import ActivityList, ActivityView
from protocol.last_message import excerpt

SHOWN = 30

blueprint = Blueprint("activity", __name__, url_prefix="/activity")
blueprint.add_app_template_filter(excerpt)


class _Entries(TypedDict):
    """What the list of entries is made of: whose it is, and whose names look like another's."""

    user_id: int
    listed: ActivityList
    ambiguous: set[int]


@blueprint.get("/")
@login_required
async def show() -> ResponseReturnValue:
    """The latest; `?cursor=` shows those before."""
    user, is_latest = (await require_actor()).user, "cursor" not in request.args
    return await render("activity.html", user=user, is_latest=is_latest, **await _entries())


@blueprint.get("/entries")
@login_required
async def entries() -> ResponseReturnValue:
    """The list alone, for a page that is open."""
    return await render("activity_entries.html", **await _entries())


@blueprint.app_template_filter("others_emoji")
def _others_emoji(entry: ActivityView) -> str:
    """The emoji that others have put under a message, which is its author's."""
    author = entry.message.user_id
    return "".join(
        each.emoji for each in entry.message.reactions or () if each.user_ids != [author]
    )


async def _entries() -> _Entries:
    user_id, cursor = (await require_actor()).user_id, int_arg(request.args, "cursor")
    listed = await services().activity.page(user_id, cursor, SHOWN)
    names = {each.id: each.shown_name for entry in listed.entries for each in entry.people}
    return _Entries(user_id=user_id, listed=listed, ambiguous=await confusables(names))
