"""What a transaction of commands reads before it does anything."""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from models.message_commands import MessageCommand, PinMessage, React, command_id
from models.queries.read_marks import (
    FURTHEST_OF_ALL,
    FURTHEST_OF_ROOM,
    FurthestReaders,
    is_bounded,
)
from models.sql.fast_path import Steps
from models.sql.locked_rooms import LockedRooms
from models.sql.message_rows import Key, read_messages
from models.sql.values import flat, marks, padded, table
from models.stored_message import Quote, StoredMessage

ReactionKey = tuple[int, int, str, int]  # (room, message_id, emoji, user)
CommandKey = tuple[int, int, str]  # (room, user, command_id)


class TouchedMessages:
    """Read by `steps`; whoever carries out a command keeps it up to date.

    Attributes:
        messages: as they are now, with what they reply to.
        done: the commands with a client_id that were carried out before.
        reactions: those that there are, of those that are to be put or taken.
        pins: how many messages are pinned, in the rooms in which that is to change.
        readers: how far the members of each room have read.
    """

    def __init__(self, rooms: LockedRooms) -> None:
        self._rooms = rooms
        self.messages = dict[Key, StoredMessage]()
        self.done: set[CommandKey] = set()
        self.reactions: set[ReactionKey] = set()
        self.pins: dict[int, int] = {}
        self.readers: dict[int, FurthestReaders] = {}

    def steps(self, commands: Sequence[MessageCommand]) -> Steps[None]:
        yield from self._read_messages({(each.room_id, each.message_id) for each in commands})
        yield from self._read_done(commands)
        yield from self._read_reactions([each for each in commands if isinstance(each, React)])
        pinning = {each.room_id for each in commands if isinstance(each, PinMessage)}
        yield from self._count_pins(sorted(pinning))
        yield from self._read_readers(sorted(self._rooms.heads))

    def is_done(self, command: MessageCommand) -> bool:
        """Whether it was carried out before, by its client_id."""
        done = command_id(command)
        return done is not None and (command.room_id, command.user_id, done) in self.done

    def is_read(self, message: StoredMessage) -> bool:
        """Whether somebody other than its author has read it."""
        return self.readers[message.room_id].is_read_by_others(message)

    def note_done(self, command: MessageCommand) -> None:
        """It has been carried out now."""
        if (done := command_id(command)) is not None:
            self.done.add((command.room_id, command.user_id, done))

    def _read_messages(self, keys: set[Key]) -> Steps[None]:
        self.messages = yield from read_messages(keys)
        yield from self._read_quotes()

    def _read_quotes(self) -> Steps[None]:
        replies = [each for each in self.messages.values() if each.reply_to is not None]
        quoted = yield from read_messages((each.room_id, each.reply_to or 0) for each in replies)
        for reply in replies:
            number = reply.reply_to or 0
            found = quoted.get((reply.room_id, number))
            quote = found.as_quote() if found else Quote.expired(number)
            self.messages[reply.room_id, reply.message_id] = replace(reply, quote=quote)

    def _read_done(self, commands: Sequence[MessageCommand]) -> Steps[None]:
        keys = {
            (command.room_id, command.user_id, done)
            for command in commands
            if (done := command_id(command)) is not None
        }
        sql = (
            "SELECT room_id, actor_id, command_id FROM room_change JOIN {} AS asked"
            " ON room_id = asked.column1 AND actor_id = asked.column2"
            " AND command_id = asked.column3"
        )
        self.done = yield from _found(sql, keys, "BIGINT", "BIGINT", "TEXT")

    def _read_reactions(self, commands: Sequence[React]) -> Steps[None]:
        keys = {(each.room_id, each.message_id, each.emoji, each.user_id) for each in commands}
        sql = (
            "SELECT room_id, number, emoji, user_id FROM reaction JOIN {} AS asked"
            " ON room_id = asked.column1 AND number = asked.column2"
            " AND emoji = asked.column3 AND user_id = asked.column4"
        )
        self.reactions = yield from _found(sql, keys, "BIGINT", "BIGINT", "TEXT", "BIGINT")

    def _count_pins(self, room_ids: list[int]) -> Steps[None]:
        self.pins = dict.fromkeys(room_ids, 0)
        if room_ids:
            ids = padded(room_ids)
            sql = (
                "SELECT room_id, COUNT(*) FROM message WHERE pin_change IS NOT NULL AND room_id IN"
            )
            found = yield f"{sql} ({marks(len(ids))}) GROUP BY room_id", ids
            self.pins.update(found)

    def _read_readers(self, room_ids: Iterable[int]) -> Steps[None]:
        for room_id in room_ids:
            found = yield FURTHEST_OF_ROOM, [room_id]
            if is_bounded(found):
                found = [*found, *(yield FURTHEST_OF_ALL, [room_id])]
            self.readers[room_id] = FurthestReaders.from_rows(found)


def _found(sql: str, keys: set[Any], *types: str) -> Steps[set[Any]]:
    """Those of these keys that there are."""
    if not keys:
        return set()
    asked = padded(sorted(keys))
    found = yield sql.format(table(len(asked), *types)), flat(asked)
    return {tuple(row) for row in found}
