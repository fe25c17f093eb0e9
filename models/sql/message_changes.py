"""Edits, deletions, reactions and pins: many of them, of many rooms, numbered and stored in one
transaction.

What is touched is read first, the commands are then carried out in memory one after the other, and
what has become of it is written: the number of statements grows with that of the rooms, and not
with that of the commands.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby

from models.database import uncancelled
from models.message_change import ChangeResult
from models.message_commands import EditMessage, MessageCommand, React
from models.sql.fast_path import Steps, transact
from models.sql.locked_rooms import LockedRooms
from models.sql.mentions import MentionedMembers
from models.sql.message_states import MessageStates
from models.sql.message_updates import MessageUpdates
from models.sql.touched_messages import TouchedMessages


async def change_messages(commands: Sequence[MessageCommand]) -> list[ChangeResult]:
    """Carry out commands in one transaction and say, for each in its place, what became of it.

    A MessageChange without a `kind` has changed nothing: it was done before, or is so already.
    A Refusal (not_a_member, room_archived, not_found, not_author, gone, edit_conflict, too_late,
    blocked, unblock_first, owners_only, too_many_reactions, too_many_pins) changes nothing either.

    Raises:
        Whatever the database raises; then nothing at all was stored.
    """
    # Not among the steps: a thread of SQLite's does not know which database is open.
    rooms = LockedRooms((command.room_id, command.user_id) for command in commands)
    return await uncancelled(transact(_steps(commands, rooms)))


def _steps(commands: Sequence[MessageCommand], rooms: LockedRooms) -> Steps[list[ChangeResult]]:
    now = datetime.now(UTC)
    yield from rooms.steps()
    mentioned = MentionedMembers(rooms)
    edits = [each for each in commands if isinstance(each, EditMessage)]
    yield from mentioned.steps({(edit.room_id, name) for edit in edits for name in edit.named})
    touched = TouchedMessages(rooms)
    yield from touched.steps(commands)
    states = MessageStates(rooms, touched, mentioned, now)
    results: dict[int, ChangeResult] = {}
    for index in _in_order(commands):
        results[index] = states.apply(commands[index])
    yield from MessageUpdates(rooms, states, now).steps()
    return [states.finished(results[index]) for index in range(len(commands))]


def _in_order(commands: Sequence[MessageCommand]) -> list[int]:
    """As they came, room by room; but reactions between which nothing else came in their room by
    message: those to one message then have numbers that follow each other, and go out as one frame.
    """
    order: list[int] = []
    by_room = sorted(range(len(commands)), key=lambda index: commands[index].room_id)
    for (_, is_reaction), some in groupby(by_room, lambda index: _run(commands[index])):
        run = list(some)
        if is_reaction:
            first: dict[int, int] = {}
            for index in run:
                first.setdefault(commands[index].message_id, index)
            run.sort(key=lambda index: first[commands[index].message_id])
        order += run
    return order


def _run(command: MessageCommand) -> tuple[int, bool]:
    return command.room_id, isinstance(command, React)
