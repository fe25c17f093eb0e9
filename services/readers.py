"""Who has read a message, and who has reacted to it."""

from collections.abc import Collection

from msgspec import UNSET

from cooperative import in_slices
from models import Block, Membership, StoredMessage
from models.fair_queue import use_queue_of_user
from models.queries.display_names import names_of
from models.queries.messages import messages_by_id
from models.queries.private_members import private_members
from models.queries.readers import ReaderRow, readers_of
from models.visible_history import not_seen
from protocol.people_views import PersonView, ReactedView, ReaderList, ReaderView
from realtime.presence.tracker import PresenceTracker
from services.policy import Right, require
from services.rate_limits import RateLimits


class Readers:
    """Of all messages. Each answer counts as a page of history."""

    def __init__(self, tracker: PresenceTracker, limits: RateLimits) -> None:
        self._tracker = tracker
        self._limits = limits

    async def of(self, member: Membership, message_id: int) -> ReaderList:
        """Who has read this message of one's own.

        Raises:
            Refusal: not_found, not_author, rate_limited.
        """
        message = await self._message(member, message_id)
        require(Right.SEE_READERS, member, message.author_id)
        use_queue_of_user(member.user_id)
        rows = await readers_of(message)
        if member.room.is_direct:
            private = await private_members(member.room_id)
            rows = [row for row in rows if row.person.id not in private]
        late = [row.person.id async for row in in_slices(rows) if not row.has_seen_edit(message)]
        online = await self._tracker.online(late)
        others = await Membership.filter(room_id=member.room_id).count() - 1
        return ReaderList([_view(row, message, online) async for row in in_slices(rows)], others)

    async def reacted(self, member: Membership, message_id: int) -> list[ReactedView]:
        """Who has reacted; also who has left the room since. Raises Refusal: not_found,
        rate_limited.
        """
        message = await self._message(member, message_id)
        names = await names_of({each for tally in message.tallies for each in tally.user_ids})
        for blocked in await Block.ids_of(member.user_id):
            names.pop(blocked, None)
        return [
            ReactedView(
                tally.emoji,
                tally.count,
                [PersonView(each, *names[each]) for each in tally.user_ids if each in names],
            )
            for tally in message.tallies
        ]

    async def _message(self, member: Membership, message_id: int) -> StoredMessage:
        self._limits.history.check(member.user_id)
        message = (await messages_by_id(member.room_id, [message_id])).get(message_id)
        if message is None or not member.sees(message_id):
            raise not_seen(member, message_id)
        return message


def _view(row: ReaderRow, message: StoredMessage, online: Collection[int]) -> ReaderView:
    person = row.person
    has_seen = person.id in online or row.has_seen_edit(message)
    names = person.username, person.display_name
    return ReaderView(person.id, *names, is_edited_since=UNSET if has_seen else True)
