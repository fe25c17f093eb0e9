"""The list of somebody's rooms, with what is unread in them."""

from collections.abc import Sequence

from cooperative import in_slices
from models.fair_queue import use_queue_of_user
from models.queries.room_list import (
    ROOMS_MAX,
    Cursor,
    ListedRoom,
    has_hidden,
    page_of,
    room_of,
    search_rooms,
)
from protocol import views
from realtime.presence.tracker import PresenceTracker
from realtime.views import list_item, partners
from services.actor import Actor
from services.rate_limits import RateLimits

FOUND_MAX = 10


class RoomList:
    """The lists of all users."""

    def __init__(self, tracker: PresenceTracker, limits: RateLimits) -> None:
        self._tracker = tracker
        self._limits = limits

    def check_rate(self, actor: Actor) -> None:
        """Count a list of rooms for this user. Raises Refusal: rate_limited.

        Apart from reading it: every page has one, that of an error too.
        """
        self._limits.room_lists.check(actor.user_id)

    async def page(
        self,
        actor: Actor,
        limit: int = ROOMS_MAX,
        cursor: str | None = None,
        *,
        hidden: bool | None = None,
    ) -> views.RoomList:
        """A page of the actor's rooms, as GET /api/rooms answers: see
        models.queries.room_list.page_of.

        Raises:
            Refusal: bad_request, for a bad cursor.
        """
        use_queue_of_user(actor.user_id)
        after = Cursor.of(cursor) if cursor else None
        page = await page_of(actor.user_id, min(max(limit, 1), ROOMS_MAX), after, hidden=hidden)
        items = await self._items(page.rooms)
        return views.RoomList(items, page.cursor, page.unread_beyond, page.mentions_beyond)

    async def search(self, actor: Actor, text: str, limit: int) -> views.RoomList:
        """The actor's rooms that are called something like this, as a page without a next one.

        Raises:
            Refusal: rate_limited.
        """
        self._limits.searches.check(actor.user_id)
        use_queue_of_user(actor.user_id)
        rooms = await search_rooms(actor.user_id, text, min(max(limit, 1), FOUND_MAX))
        return views.RoomList(await self._items(rooms), None)

    async def has_hidden(self, actor: Actor) -> bool:
        """Whether the actor has hidden any of their rooms."""
        return await has_hidden(actor.user_id)

    async def item(self, user_id: int, room_id: int) -> views.ListItem | None:
        """The room as it is in the user's list of rooms; None when they are not in it."""
        room = await room_of(user_id, room_id)
        return next(iter(await self._items([room] if room else [])), None)

    async def _items(self, rooms: Sequence[ListedRoom]) -> list[views.ListItem]:
        online = await self._tracker.online(partners(rooms))
        return [list_item(room, online) async for room in in_slices(rooms)]
