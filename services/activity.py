"""What concerns people: mentions of them, answers to theirs, reactions to theirs."""

from collections.abc import Iterable

from msgspec import Struct

from config import Settings
from cooperative import in_slices
from models import ActivityEntry, Block, StoredMessage
from models.database import moment
from models.queries.activity import activity_page, room_names
from models.queries.display_names import names_of
from models.queries.entries import MessageEntry
from protocol.activity_views import ActivityList, ActivityView
from protocol.encoding import timestamp
from protocol.people_views import PersonView
from realtime.views import message_view
from services.rate_limits import RateLimits

ACTIVITY_MAX = 100
PEOPLE_MAX = 3  # Named of those who have reacted to a message.


class _Reader(Struct, frozen=True):
    """Who reads, and whom they have blocked."""

    user_id: int
    blocked: frozenset[int]


class _Reactors(Struct, frozen=True):
    """Others who have reacted to a message: some of them, without blocked ones, and how many."""

    user_ids: list[int]
    count: int

    @classmethod
    def of(cls, message: StoredMessage, reader: _Reader) -> "_Reactors":
        others = [tally for tally in message.tallies if tally.user_ids != [reader.user_id]]
        known = dict.fromkeys(user_id for tally in others for user_id in tally.user_ids)
        known.pop(reader.user_id, None)
        # Of one emoji not all may be known by name.
        most = max((t.count - (reader.user_id in t.user_ids) for t in others), default=0)
        named = [user_id for user_id in known if user_id not in reader.blocked]
        return cls(named[:PEOPLE_MAX], max(len(known), most))


class Activity:
    """Lists of what concerns somebody, with the rights of today. Each counts as a page of history;
    nothing is read by it, and nothing in it is unread.
    """

    def __init__(self, limits: RateLimits, settings: Settings) -> None:
        self._limits = limits
        self._locale = settings.locale

    async def page(self, user_id: int, cursor: int | None, limit: int) -> ActivityList:
        """At most `limit` entries, the latest first; fewer where others are no more.

        Raises:
            Refusal: rate_limited.
        """
        self._limits.history.check(user_id)
        page = await activity_page(user_id, cursor, min(max(limit, 1), ACTIVITY_MAX))
        reader = _Reader(user_id, frozenset(await Block.ids_of(user_id)))
        entries = await self._views(page.entries, reader)
        return ActivityList(entries, str(page.cursor) if page.cursor else None)

    async def _views(self, entries: list[MessageEntry], reader: _Reader) -> list[ActivityView]:
        rooms = await room_names(reader.user_id, {each.message.room_id for each in entries})
        reactors = {
            each.id: _Reactors.of(each.message, reader)
            for each in entries
            if each.kind == ActivityEntry.REACTION
        }
        people = await _people(user for some in reactors.values() for user in some.user_ids)
        views = []
        async for entry in in_slices(entries):
            name = rooms.get(entry.message.room_id)
            if (found := reactors.get(entry.id)) is None:
                who, count = [_author(entry.message)], 1
            else:
                who, count = [people[user_id] for user_id in found.user_ids], found.count
            if name is not None and who:
                views.append(self._view(entry, name, who, count))
        return views

    def _view(
        self, entry: MessageEntry, room_name: str, people: list[PersonView], count: int
    ) -> ActivityView:
        return ActivityView(
            id=entry.id,
            kind=entry.kind,
            timestamp=timestamp(moment(entry.at)),
            room_id=entry.message.room_id,
            room_name=room_name,
            people=people,
            people_count=count,
            message=message_view(entry.message, self._locale, entry.is_read),
        )


async def _people(user_ids: Iterable[int]) -> dict[int, PersonView]:
    found = await names_of(set(user_ids))
    return {user_id: PersonView(user_id, *names) for user_id, names in found.items()}


def _author(message: StoredMessage) -> PersonView:
    return PersonView(message.author_id, message.username, message.display_name)
