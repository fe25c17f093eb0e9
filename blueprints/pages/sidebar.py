"""What every page shows of the reader's rooms, and whom they have blocked: template globals."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple, cast

from quart import Blueprint, g, request

from blueprints.context import require_actor, services
from protocol.people_views import PersonView
from protocol.views import InvitationItem, ListItem, RoomDetails, RoomItem, RoomList
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


@blueprint.app_template_global("has_hidden_rooms")
async def has_hidden_rooms() -> bool:
    """Whether there is anything for `?hidden` to show."""
    return await services().room_list.has_hidden(await require_actor())


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


class Sections(NamedTuple):
    """What somebody is asked, and their rooms and people, each in the order of the list."""

    asked: list[ListItem]
    rooms: list[RoomItem]
    people: list[RoomItem]


@blueprint.app_template_global("my_sections")
async def my_sections(open_room: RoomDetails | None) -> Sections:
    """What has been read of the list, as the sidebar shows it. Of what is asked invitations come
    last. The open room stands above the others until the list reaches it.
    """
    items = (await my_rooms()).rooms
    if open_room and not (open_room.is_request or open_room.is_hidden or _has(items, open_room.id)):
        open_item = await my_room(open_room.id)
        items = [*([open_item] if open_item else []), *items]
    found, invitations = Sections([], [], []), list[ListItem]()
    for item in items:
        if isinstance(item, InvitationItem):
            invitations.append(item)
        else:
            _section(found, item).append(item)
    return found._replace(asked=[*found.asked, *invitations])


def _has(items: Sequence[ListItem], room_id: int) -> bool:
    return any(each.id == room_id for each in items)


def _section(sections: Sections, item: RoomItem) -> list[Any]:
    if item.is_request:
        return sections.asked
    return sections.people if item.partner else sections.rooms


class SaidLast(NamedTuple):
    """What stands below a room's name: whose words, where that is to be said, and which."""

    author: str = ""
    text: str = ""


_NOTHING = SaidLast()


@blueprint.app_template_global("said_last")
def said_last(room: RoomItem | None, me: int, blocked: Collection[int]) -> SaidLast:
    """What a room's item says of its latest message: static/js/lobby/item_details.js says it too.
    In a direct conversation only the reader's own words need a name.
    """
    if not room or not (last := room.last_message):
        return _NOTHING
    if last.user_id in blocked:
        return SaidLast(text=_text("Message of somebody you have blocked"))
    if last.user_id == me:
        return SaidLast(_text("You"), last.message)
    return SaidLast("" if room.partner else last.shown_name, last.message)


def _text(msgid: str) -> str:
    return gettext(g.get("locale", DEFAULT), msgid)
