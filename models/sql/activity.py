"""Writes what concerns people, with the messages that it comes from: see models.activity."""

from collections.abc import Iterable, Iterator

from models.activity import ActivityEntry
from models.sql.deletion import delete_rows
from models.sql.fast_path import Steps, insert
from models.sql.message_states import MessageStates
from models.stored_message import StoredMessage

Entry = tuple[int, int, int, str]  # (room, message_id, user, kind)

_INTO = "activity (room_id, number, user_id, kind, at)"
_TYPES = ("BIGINT", "BIGINT", "BIGINT", "TEXT")


def insert_posted(messages: Iterable[StoredMessage], now: object, time: str) -> Steps[None]:
    """Of messages that have just been posted. `now` is a value of the type `time`."""
    entries = [entry for message in messages for entry in _posted(message)]
    yield from _insert(entries, now, time)


def update_activity(states: MessageStates, now: object, time: str) -> Steps[None]:
    """Of what a transaction has done to messages; those of deleted ones are deleted elsewhere."""
    mention, mentions = ActivityEntry.MENTION, states.mentions
    gone = [(*key, mention) for key in sorted(mentions.removed)]
    added = [
        (*key, mention)
        for key in sorted(mentions.added)
        if key[2] != states.messages[key[:2]].author_id
    ]
    reacted = list(_reacted(states))
    # What is there already has a later place now.
    columns = "room_id, number, user_id, kind"
    yield from delete_rows("activity", columns, [*gone, *added, *reacted], *_TYPES)
    there = [entry for entry in reacted if states.messages[entry[:2]].tallies]
    yield from _insert([*added, *there], now, time)


def _posted(message: StoredMessage) -> Iterator[Entry]:
    """The last one stands for the message, where somebody has several: what is for everybody comes
    first, an answer last.
    """
    key = message.room_id, message.message_id
    for user_id in sorted(message.mentions):
        if user_id != message.author_id:
            yield *key, user_id, ActivityEntry.MENTION
    if message.quote and message.quote.author_id != message.author_id:
        yield *key, message.quote.author_id, ActivityEntry.REPLY


def _reacted(states: MessageStates) -> Iterator[Entry]:
    """The messages to which somebody other than their author has put a reaction, and those that
    have none any more.
    """
    concerned: dict[tuple[int, int], None] = {}
    for (room_id, message_id, _, user_id), change in states.reactions.items():
        message = states.messages[room_id, message_id]
        if (change and user_id != message.author_id) or not message.tallies:
            concerned[room_id, message_id] = None
    for key in concerned:
        yield *key, states.messages[key].author_id, ActivityEntry.REACTION


def _insert(entries: list[Entry], now: object, time: str) -> Steps[None]:
    yield from insert(_INTO, [(*entry, now) for entry in entries], *_TYPES, time)
