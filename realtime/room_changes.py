"""The changes of a room as frames, read from the database.

What is read is the state: a frame goes under the number of its change and shows the message, the
name or the member as they are now.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence

from msgspec import UNSET

from models import Membership, Room
from models.queries.messages import messages_changed, messages_posted
from models.room import Look, WritingRules
from models.room_change import (
    ARCHIVED,
    EXPIRED,
    JOINED,
    LEFT,
    RENAMED,
    RULES,
    UNARCHIVED,
    StoredChange,
    count_latest,
    latest,
    recorded,
)
from protocol.moderation_frames import Expired, MessagesRemoved, RoomRules
from protocol.people_views import MemberView
from protocol.server_frames import (
    MemberJoined,
    MemberLeft,
    MemberRole,
    RoomArchived,
    RoomRenamed,
    ServerFrame,
    UnseenChange,
    encode,
)
from realtime.channel import RoomGone
from realtime.encoded_change import EncodedChange
from realtime.message_frames import MessageFrames
from realtime.views import member_view

PAGE = 64  # Changes in one read of a replay or a repair: they fit into a connection's queue.

Online = Callable[[Collection[int]], Awaitable[set[int]]]


class RoomChanges:
    """Reads changes; `online` tells which of some users are online."""

    def __init__(self, online: Online, locale: str) -> None:
        """`locale` is of the sentences in frames."""
        self._online = online
        self.locale = locale
        self.messages = MessageFrames(locale)

    async def each(self, room_id: int, after: int, upto: int) -> list[EncodedChange]:
        """The next page of changes with after < change <= upto, each under its own number. Empty
        where the room has no more.

        Raises:
            RoomGone: there is no such room.
        """
        posted = await messages_posted(room_id, after, upto, PAGE)
        others = await recorded(room_id, after, upto, PAGE)
        ends = [posted[-1].posted_by] if len(posted) == PAGE else []
        ends += [others[-1].change] if len(others) == PAGE else []
        end = min(ends, default=upto)
        others = [other for other in others if other.change <= end]
        page = [
            *await self.messages.posted(room_id, [m for m in posted if m.posted_by <= end]),
            *await self.messages.done(room_id, [o for o in others if o.message_id is not None]),
            *await self._of_room(room_id, [o for o in others if o.message_id is None]),
        ]
        await self._check(room_id, page)
        return with_gaps_told(sorted(page, key=_number)[:PAGE], after)

    async def since(
        self, room_id: int, after: int, upto: int, limit: int = PAGE, *, since: int | None = None
    ) -> tuple[list[EncodedChange], int]:
        """The next page of what has come of the changes with after < change <= upto: each message
        once, by its last change, and of names and members what is left to tell. And the number up
        to which the page is complete. `since` is where the first page began.

        Raises:
            RoomGone: there is no such room.
        """
        messages = await messages_changed(room_id, after, upto, limit)
        others = await latest(room_id, after, upto, limit)
        ends = [some[-1].change for some in (messages, others) if len(some) == limit]
        end = min(ends, default=upto)
        began = after if since is None else since
        some = [message for message in messages if message.change <= end]
        page = await self.messages.resumed(room_id, some, began)
        page += await self._of_room(room_id, [o for o in others if o.change <= end])
        await self._check(room_id, page)
        page.sort(key=_number)
        if len(page) > limit:
            end = page[limit - 1].change
        return page[:limit], end

    async def exceed(self, room_id: int, since: int, most: int) -> bool:
        """Whether more than `most` messages, members and names have changed since."""
        return await count_latest(room_id, since, most + 1) > most

    async def _check(self, room_id: int, page: Sequence[EncodedChange]) -> None:
        if not page and room_id not in await Room.heads([room_id]):
            raise RoomGone

    async def _of_room(self, room_id: int, others: list[StoredChange]) -> list[EncodedChange]:
        if not others:
            return []
        user_ids = {other.user_id for other in others if other.user_id is not None}
        members = {member.id: member for member in await self._members(room_id, user_ids)}
        look, rules = await Room.look_of(room_id), WritingRules()
        if any(other.kind in RULES for other in others):
            rules = await Room.rules_of(room_id)
        return [
            EncodedChange(
                other.change,
                other.change,
                other.removal.last if other.removal and other.kind != EXPIRED else 0,
                encode(_frame(other, look, rules, members)),
                left=_left(other),
            )
            for other in others
        ]

    async def _members(self, room_id: int, user_ids: set[int]) -> list[MemberView]:
        rows = await Membership.people(room_id, user_ids) if user_ids else []
        online = await self._online([row.id for row in rows])
        return [member_view(row, is_online=row.id in online) for row in rows]


def with_gaps_told(page: Sequence[EncodedChange], after: int) -> list[EncodedChange]:
    """Behind `after`, without a gap: what was done to messages that have expired since is told as
    what nobody sees.
    """
    told: list[EncodedChange] = []
    for each in page:
        if each.first > after + 1:
            first, last = after + 1, each.first - 1
            frame = encode(UnseenChange(last, first if first < last else UNSET))
            told.append(EncodedChange(first, last, 0, frame))
        told.append(each)
        after = each.change
    return told


def _number(change: EncodedChange) -> int:
    return change.change


def _left(other: StoredChange) -> int:
    return other.user_id or 0 if other.kind == LEFT else 0


def _frame(
    other: StoredChange, look: Look, rules: WritingRules, members: dict[int, MemberView]
) -> ServerFrame:
    room_id, change, by = other.room_id, other.change, other.actor_id or UNSET
    if other.kind == RENAMED:
        return RoomRenamed(room_id, look.name, change, by)
    if other.kind in (ARCHIVED, UNARCHIVED):
        return RoomArchived(room_id, look.is_archived, change, by)
    if other.kind in RULES:
        return RoomRules(room_id, other.kind, *rules, change, by)
    user_id = other.user_id or 0
    if other.kind == EXPIRED:
        return Expired(room_id, other.removal.last if other.removal else 0, change)
    if other.removal is not None:
        count, ranges, reason = other.removal.count, other.removal.ranges, other.removal.reason
        return MessagesRemoved(room_id, user_id, ranges, count, change, by, reason or UNSET)
    return _frame_of_member(other, members.get(user_id))


def _frame_of_member(other: StoredChange, member: MemberView | None) -> ServerFrame:
    room_id, change, by = other.room_id, other.change, other.actor_id or UNSET
    user_id = other.user_id or 0
    if member is None:
        return MemberLeft(room_id, user_id, change, by)
    if other.kind == JOINED:
        return MemberJoined(room_id, member, change, by)
    return MemberRole(room_id, user_id, member.role, change, by)
