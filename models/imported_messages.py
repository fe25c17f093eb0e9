"""Messages that were written somewhere else, stored with their own times and authors.

What has happened to one (an edit, reactions, a pin) is told by its row, and is no change of its
own: each has the room's next number and its next change, so both stay without gaps. Nobody is told
of it, and no activity is made: it is history.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct
from tortoise.backends.base.client import BaseDBAsyncClient

from models.database import atomically, fetch
from models.import_item import ImportItem
from models.membership import Membership
from models.message import Message
from models.message_details import Mention, Reaction
from models.room import Room
from models.stored_message import TALLY_USERS_MAX, Tally, as_json


class ImportedMessage(Struct, frozen=True):
    """A message as it is to be stored. A text that is too long for one is several `bodies`.

    Attributes:
        parent: the key of the message that it replies to.
        mentions: members whom each of the bodies mentions.
        reactions: who has reacted, by emoji, in order.
    """

    key: str
    author_id: int
    at: datetime
    bodies: tuple[str, ...]
    mentions: tuple[tuple[int, ...], ...]
    parent: str | None = None
    edited_at: datetime | None = None
    is_pinned: bool = False
    reactions: tuple[tuple[str, tuple[int, ...]], ...] = ()


class _Parent(NamedTuple):
    number: int
    thread: int | None


class RoomWrittenError(Exception):
    """Somebody has written in the room since, or it is no more."""


async def add_messages(
    source: str, item: ImportItem, messages: Sequence[ImportedMessage]
) -> set[str]:
    """Store those that are not there yet, in one transaction; the keys of these.

    Raises:
        RoomWrittenError: then nothing was stored.
    """

    async def work(connection: BaseDBAsyncClient) -> tuple[int, set[str]]:
        revisions = await Room.lock([item.local_id], connection)
        if revisions.get(item.local_id) != item.upto:
            raise RoomWrittenError
        keys = [each.key for each in messages]
        known = await ImportItem.known(source, "message", keys, connection)
        fresh = [each for each in messages if each.key not in known]
        if not fresh:
            return item.upto, set()
        batch = _Batch(source, item.local_id, item.upto, connection)
        await batch.store(fresh)
        await ImportItem.filter(id=item.id).using_db(connection).update(upto=batch.number)
        return batch.number, {each.key for each in fresh}

    item.upto, added = await atomically(work)
    return added


class _Batch:
    def __init__(
        self, source: str, room_id: int, revision: int, connection: BaseDBAsyncClient
    ) -> None:
        self._source, self._room_id, self._connection = source, room_id, connection
        self._before = self.number = revision
        self._change = 0
        self._parents: dict[str, _Parent] = {}
        self._rows: list[Message] = []
        self._mentions: list[Mention] = []
        self._reactions: list[Reaction] = []
        self._items: list[ImportItem] = []

    async def store(self, messages: Sequence[ImportedMessage]) -> None:
        """Store them, in their order."""
        connection, sql = self._connection, "SELECT change FROM room WHERE id = $1"
        ((self._change,),) = await fetch(sql, self._room_id, connection=connection)
        await self._find_parents({each.parent for each in messages if each.parent})
        for message in messages:
            self._add(message)
        await Message.bulk_create(self._rows, using_db=connection)
        await Mention.bulk_create(self._mentions, using_db=connection)
        await Reaction.bulk_create(self._reactions, using_db=connection)
        await ImportItem.bulk_create(self._items, using_db=connection)
        await (
            Room.filter(id=self._room_id)
            .using_db(connection)
            .update(revision=self.number, change=self._change, last_message_at=messages[-1].at)
        )
        # Whoever had read all of it has read this, too.
        readers = Membership.filter(room_id=self._room_id, last_read__gte=self._before)
        await readers.using_db(connection).update(last_read=self.number, seen_change=self._change)

    async def _find_parents(self, keys: set[str]) -> None:
        found = await ImportItem.known(self._source, "message", keys, self._connection)
        numbers = {item.local_id: key for key, item in found.items()}
        there = Message.filter(room_id=self._room_id, number__in=list(numbers))
        # A reply to what was deleted meanwhile quotes nothing.
        rows = await there.filter(deleted_at=None).using_db(self._connection)
        self._parents = {numbers[row.number]: _Parent(row.number, row.thread) for row in rows}

    def _add(self, message: ImportedMessage) -> None:
        parent = self._parents.get(message.parent) if message.parent else None
        thread = (parent.thread or parent.number) if parent else None
        first = self.number + 1
        for body, mentions in zip(message.bodies, message.mentions, strict=True):
            self.number, self._change = self.number + 1, self._change + 1
            row = Message(
                room_id=self._room_id,
                author_id=message.author_id,
                number=self.number,
                revision=self.number,
                change=self._change,
                body=body,
                created_at=message.at,
                edited_at=message.edited_at,
                reply_to=parent.number if parent else None,
                thread=thread,
                mentions=as_json(mentions),
            )
            self._rows.append(row)
            self._mention(mentions)
            if self.number == first:
                self._adorn(row, message)
        self._parents[message.key] = _Parent(first, thread)
        self._items.append(
            ImportItem(
                source=self._source, kind="message", external_key=message.key, local_id=first
            )
        )

    def _mention(self, user_ids: tuple[int, ...]) -> None:
        where = {"room_id": self._room_id, "number": self.number, "change": self._change}
        self._mentions += [Mention(user_id=user_id, **where) for user_id in user_ids]

    def _adorn(self, row: Message, message: ImportedMessage) -> None:
        where = {"room_id": self._room_id, "number": self.number, "change": self._change}
        row.pin_change = self._change if message.is_pinned else None
        tallies = [
            Tally(emoji, len(users), list(users[:TALLY_USERS_MAX]))
            for emoji, users in message.reactions
        ]
        if tallies:
            row.tallies = str(as_json(tuple(tallies)))
        self._reactions += [
            Reaction(emoji=emoji, user_id=user_id, **where)
            for emoji, users in message.reactions
            for user_id in users
        ]
