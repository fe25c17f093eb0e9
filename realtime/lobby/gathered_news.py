"""News of this process that is told a moment later, all of a kind at once."""

import asyncio
from collections.abc import Callable

from cooperative import TimeSlice
from models import StoredMessage
from models.message_change import MessageChange
from realtime.envelope import Activity, LobbyNews, PersonalActivity, RoomItemsChanged
from realtime.lobby.concerned import concerned_by, recounted_by
from realtime.lobby.room_news import RoomNews

# What happens in a room within this time is told at once, and by one notification for all rooms.
GATHER_SECONDS = 0.15
# Reading moves with every message that somebody looks at; an emoji may be put by hundreds.
ITEM_SECONDS = 0.5


class GatheredNews:
    """`publish` is called with what has gathered."""

    def __init__(self, publish: Callable[[LobbyNews], None]) -> None:
        self._publish = publish
        self._rooms: dict[int, RoomNews] = {}
        self._items: set[tuple[int, int | None]] = set()
        self._users: set[int] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def add(self, content: StoredMessage | MessageChange) -> None:
        """Something has happened to the messages of a room."""
        room_id = content.room_id
        news = self._rooms.get(room_id) or self._rooms.setdefault(room_id, RoomNews(room_id))
        news.add(content)
        self._later("activity", GATHER_SECONDS, self._publish_activity)
        for user_id in recounted_by(content):
            self.add_item(room_id, user_id)
        if users := concerned_by(content):
            self._users |= users
            self._later("users", ITEM_SECONDS, self._publish_users)

    def add_item(self, room_id: int, user_id: int | None) -> None:
        """Another number is unread to somebody in a room, or (None) to all its members."""
        self._items.add((room_id, user_id))
        self._later("items", ITEM_SECONDS, self._publish_items)

    def stop(self) -> None:
        for timer in self._timers.values():
            timer.cancel()

    def _later(self, what: str, seconds: float, publish: Callable[[], None]) -> None:
        if what not in self._timers:
            self._timers[what] = asyncio.get_running_loop().call_later(seconds, publish)

    def _publish_activity(self) -> None:
        """In turns: of hundreds of rooms it takes long to say what was said last."""
        self._timers.pop("activity", None)
        time_slice, told = TimeSlice(), []
        while self._rooms and not time_slice.is_over:
            told.append(self._rooms.pop(next(iter(self._rooms))).encoded())
        self._publish(Activity(told))
        if self._rooms:
            self._later("activity", 0, self._publish_activity)

    def _publish_items(self) -> None:
        self._timers.pop("items", None)
        items, self._items = self._items, set()
        self._publish(RoomItemsChanged(list(items)))

    def _publish_users(self) -> None:
        self._timers.pop("users", None)
        users, self._users = self._users, set()
        self._publish(PersonalActivity(list(users)))
