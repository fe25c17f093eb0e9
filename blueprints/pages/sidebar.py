"""What every page shows of the reader's rooms, and whom they have blocked: template globals."""

from typing import NamedTuple, cast

from quart import Blueprint, g, request

from blueprints.context import require_actor, services
from protocol.views import ListItem, PersonView, RoomItem, RoomList
from translations import DEFAULT, gettext

blueprint = Blueprint("sidebar", __name__)

SHOWN = 50  # Rooms in a page before its scripts have read the list, which add as many at a time.


@blueprint.app_template_global("my_rooms")
async def my_rooms() -> RoomList:
    """The latest rooms of whoever asks, as GET /api/rooms gives them; `?rooms=` is a cursor, and
    `?hidden` asks for those that they have hidden. Read once a request.
    """
    if not hasattr(g, "my_rooms"):
        actor = await require_actor()
        g.my_rooms = await services().room_list.page(
            actor, SHOWN, request.args.get("rooms"), hidden=asks_for_hidden()
        )
    return cast("RoomList", g.my_rooms)


@blueprint.app_template_global("rooms_page_size")
def rooms_page_size() -> int:
    """How many rooms the list shows at first, and how many more at a time."""
    return SHOWN


@blueprint.app_template_global("asks_for_hidden")
def asks_for_hidden() -> bool:
    """Whether `?hidden` asks for the list of hidden rooms."""
    return "hidden" in request.args


@blueprint.app_template_global("my_room")
async def my_room(room_id: int) -> ListItem | None:
    """One room as it is in the list; None for what is not in it."""
    return await services().room_list.item((await require_actor()).user_id, room_id)


@blueprint.app_template_global("my_blocks")
async def my_blocks() -> frozenset[int]:
    """The ids of those whom whoever asks has blocked. Read once a request."""
    if not hasattr(g, "my_blocks"):
        g.my_blocks = frozenset(await services().blocks.user_ids(await require_actor()))
    return cast("frozenset[int]", g.my_blocks)


@blueprint.app_template_global("my_blocked_people")
async def my_blocked_people() -> list[PersonView]:
    """The same people by name."""
    return await services().blocks.people(await require_actor())


class SaidLast(NamedTuple):
    """What stands below a room's name: whose words, where that is to be said, and which."""

    author: str = ""
    text: str = ""


@blueprint.app_template_global("said_last")
async def said_last(room: RoomItem | None) -> SaidLast:
    """What a room's item says of its latest message: static/js/lobby/item_details.js says it too.
    In a direct conversation only the reader's own words need a name.
    """
    if not room or not (last := room.last_message):
        return SaidLast()
    locale = g.get("locale", DEFAULT)
    if last.is_deleted:
        return SaidLast(text=gettext(locale, "Message deleted"))
    if last.user_id in await my_blocks():
        return SaidLast(text=gettext(locale, "Message of somebody you have blocked"))
    if last.user_id == (await require_actor()).user_id:
        return SaidLast(gettext(locale, "You"), last.message)
    return SaidLast("" if room.partner else last.shown_name, last.message)
