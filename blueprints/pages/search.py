"""The page on which messages are looked for: all of it in its address, so that it can be kept."""

from typing import Any

from quart import Blueprint, request
from quart.typing import ResponseReturnValue

from blueprints.context import int_arg, login_required, require_actor, services
from blueprints.locale import page_locale, page_zone
from blueprints.pages.rendering import render
from blueprints.search_args import is_ranked, query_of
from models import Membership, Refusal
from models.names import confusables
from models.queries.activity import room_names
from models.queries.search_scope import searched_rooms
from protocol.views import FoundList
from services.actor import Actor

SHOWN = 20
ROOMS_SHOWN = 500  # In the list to choose from; a room can be named in the text as well.
# What is said on the page itself, above what was asked for.
_PROBLEMS = ("bad_search", "search_too_long")

_FILTERS = ("room", "from", "after", "before", "sort", "has", "is")

blueprint = Blueprint("search", __name__, url_prefix="/search")


@blueprint.get("/")
@login_required
async def show() -> ResponseReturnValue:
    """The form, and what is found by it; `?cursor=` shows what comes after."""
    actor = await require_actor()
    try:
        found, problem = await _found(actor), ""
    except Refusal as refusal:
        if refusal.code not in _PROBLEMS:
            raise
        found, problem = FoundList([], None), refusal.text(page_locale())
    page = await render(
        "search.html",
        user=actor.user,
        found=found,
        problem=problem,
        is_asked=any(request.args.get(name) for name in ("q", *_FILTERS) if name != "sort"),
        again=_again(found.cursor),
        filters=sum(1 for name in _FILTERS if request.args.get(name)),
        **await _names(actor.user_id, found),
    )
    return page, 400 if problem else 200


async def _found(actor: Actor) -> FoundList:
    query = query_of(request.args, page_zone())
    if query.room_id is not None:
        await Membership.of(actor.user_id, query.room_id)
    cursor, ranked = int_arg(request.args, "cursor"), is_ranked(request.args)
    return await services().search.find(actor, query, cursor, SHOWN, is_ranked=ranked)


async def _names(user_id: int, found: FoundList) -> dict[str, Any]:
    """What rooms are called, those to choose from first of all, and whose names are alike."""
    choices = [room.room_id for room in await searched_rooms(user_id)][-ROOMS_SHOWN:]
    chosen = {each.room_id for each in found.messages}
    chosen |= {each.room_id for each in found.searched_to or ()}
    names = await room_names(user_id, chosen.union(choices))
    offered = sorted(((names[each], each) for each in choices), key=lambda of: of[0].casefold())
    people = {each.user_id: each.shown_name for each in found.messages}
    return {"names": names, "offered": offered, "ambiguous": await confusables(people)}


def _again(cursor: str | None) -> dict[str, list[str]]:
    """The same search, from this cursor on."""
    asked = {
        name: values for name, values in request.args.to_dict(flat=False).items() if any(values)
    }
    return {**asked, "cursor": [cursor or ""]}
