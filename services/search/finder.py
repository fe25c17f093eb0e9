"""Finds messages in the rooms that somebody is in."""

import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

from msgspec import UNSET, Struct
from msgspec.structs import replace

from config import Settings
from cooperative import in_slices
from models.queries.messages import with_quotes
from models.queries.search import (
    Wanted,
    found_in,
    newest_id,
    only_known,
    stretches,
    words_begun,
)
from models.search_document import HAS_FILE, HAS_PICTURE, by_author, in_period
from models.search_terms import Alternatives
from models.sql.fast_path import Row, Rows
from models.stored_message import StoredMessage
from models.visible_history import visible
from protocol.views import FoundList, FoundView
from realtime.views import found_view
from services.actor import Actor
from services.rate_limits import RateLimits
from services.search.excerpt import excerpt
from services.search.indexer import Indexer
from services.search.matcher import Matcher
from services.search.query import Query
from services.search.scope import Scope, scope_of

FOUND_MAX = 100
# Rows that are read for one answer, and how long is looked for more. Whoever wants more asks again,
# with the cursor.
READ_MAX = 1_000
SECONDS = 0.5
RANKED = 200  # The newest ones, of which the best come first.


class Hit(Struct, frozen=True):
    """A message with its own id, whether others have read it, and its row, of which the quote has
    yet to be read. The reader sees the room from `from_number` on; up to `floor` it has expired.
    """

    id: int
    is_read: bool
    from_number: int
    floor: int
    row: Row
    message: StoredMessage

    @classmethod
    def of(cls, row: Row) -> "Hit":
        """Of a row of found_in."""
        message = StoredMessage.from_row(row[4:])
        return cls(row[0], bool(row[1]), row[2], row[3], row[4:], message)


class _Page(Struct):
    """What has been found so far; `cursor` is the id before which nothing was looked at."""

    hits: list[Hit]
    cursor: int
    read: int = 0


class Search:
    """Searches of messages. Each counts among the person's searches."""

    def __init__(self, limits: RateLimits, settings: Settings) -> None:
        self._indexer = indexer = Indexer()
        self.start, self.stop, self.committed = indexer.start, indexer.stop, indexer.committed
        self._limits = limits
        self._locale = settings.locale

    async def find(
        self, actor: Actor, query: Query, cursor: int | None, limit: int, *, is_ranked: bool = False
    ) -> FoundList:
        """At most `limit` messages, newest first; fewer also where many were looked at in vain,
        as long as there is a cursor. Ranked: the best of the newest 200, without a cursor.

        Raises:
            Refusal: rate_limited, bad_search.
        """
        self._limits.searches.check(actor.user_id)
        if query.is_empty:
            return FoundList([], None)
        limit = min(max(limit, 1), FOUND_MAX)
        matcher, scope = Matcher.of(query), await self._scope(actor.user_id, query)
        wanted = await _wanted(actor.user_id, query, matcher, scope)
        page = await _collect(wanted, matcher, cursor, RANKED if is_ranked else limit)
        hits = _ranked(page.hits, matcher)[:limit] if is_ranked else page.hits
        views = [self._view(hit, matcher) async for hit in in_slices(await _quoted(hits))]
        more = str(page.cursor) if page.cursor and not is_ranked else None
        return FoundList(views, more, scope.behind or UNSET)

    async def _scope(self, user_id: int, query: Query) -> Scope:
        scope = await scope_of(user_id, query)
        behind = [each.room_id for each in scope.behind]
        await self._indexer.catch_up(behind)
        return await scope_of(user_id, query) if behind else scope

    def _view(self, hit: Hit, matcher: Matcher) -> FoundView:
        said = [hit.message.body, *(file.name for file in hit.message.files)]
        html = excerpt(" · ".join(filter(None, said)), matcher.terms, matcher.exact)
        return found_view(hit.message, self._locale, hit.is_read, html)


async def _wanted(user_id: int, query: Query, matcher: Matcher, scope: Scope) -> Wanted:
    filters = [term async for term in _filters(query, scope)]
    return Wanted(
        user_id=user_id,
        required=(*filters, *matcher.required),
        begun=await words_begun(matcher.beginnings),
        rooms=scope.terms,
        room_id=scope.room_id,
        author_id=scope.author_id,
        since=query.after,
        until=query.before,
        has=frozenset(query.has),
        is_pinned=query.is_pinned,
    )


async def _filters(query: Query, scope: Scope) -> AsyncIterator[Alternatives]:
    """Terms beside the words."""
    if scope.author_id is not None:
        yield ((by_author(scope.author_id),),)
    if query.after or query.before:
        yield await only_known(in_period(query.after, query.before, datetime.now(UTC)))
    for what, term in (("file", HAS_FILE), ("picture", HAS_PICTURE)):
        if what in query.has:
            yield ((term,),)


async def _collect(wanted: Wanted, matcher: Matcher, cursor: int | None, limit: int) -> _Page:
    newest = await newest_id()
    upto = newest if cursor is None else min(cursor - 1, newest)
    page, ends = _Page([], upto + 1), time.monotonic() + SECONDS
    asked = max(limit + 1, 20)
    for after, last in stretches(upto):
        top = last
        while top > after:
            rows, top = await found_in(wanted, after, top, asked)
            if await _take(page, rows, matcher, limit):
                return page
            asked = min(asked * 2, READ_MAX)  # So many are in vain.
            page.cursor = top + 1
            if top > 0 and (page.read >= READ_MAX or time.monotonic() > ends):
                return page
    page.cursor = 0
    return page


async def _take(page: _Page, rows: Rows, matcher: Matcher, limit: int) -> bool:
    """Add what matches; whether there is more than fits."""
    page.read += len(rows)
    async for row in in_slices(rows):
        hit = Hit.of(row)
        if not matcher.matches(hit.message):
            continue
        if len(page.hits) == limit:
            page.cursor = page.hits[-1].id
            return True
        page.hits.append(hit)
    return False


def _ranked(hits: list[Hit], matcher: Matcher) -> list[Hit]:
    """Those first that have the words more often for their length; of equals the newest."""
    return sorted(hits, key=lambda hit: (-matcher.weight(hit.message.body), -hit.id))


async def _quoted(hits: Sequence[Hit]) -> list[Hit]:
    """With what they reply to, as far as the reader sees it."""
    rooms: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        rooms[hit.message.room_id].append(hit)
    found: dict[int, StoredMessage] = {}
    for room_id, some in rooms.items():
        quoted = await with_quotes(room_id, [hit.row for hit in some])
        floor = some[0].floor
        bound = max(some[0].from_number, floor + 1 if floor else 0)
        seen = visible(quoted, bound, floor)
        found.update(zip((hit.id for hit in some), seen, strict=True))
    return [replace(hit, message=found[hit.id]) for hit in hits]
