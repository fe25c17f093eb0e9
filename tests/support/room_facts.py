"""A room as a plain dictionary: what a client makes of the frames that it is sent, and what is
stored.

A fact has a subject and a value: a subject is what can be told of by itself. Of what is not, or no
more (a member who has left, the text of a deleted message), there is no fact.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from tests.support.chat import Frame

Subject = tuple[str | int, ...]
Facts = dict[Subject, Any]
Fetch = Callable[[str], Awaitable[Iterable[Sequence[Any]]]]

NAME: Subject = ("name",)


def member(user_id: int) -> Subject:
    """Its value is the role."""
    return "member", user_id


def message(message_id: int, field: str = "user_id") -> Subject:
    """A field of a message; every message has a `user_id`. The others are client_id, text, reply_to
    (a message_id), mentions (user ids, in order), and is_edited, is_deleted, is_pinned (True).
    """
    return "message", message_id, field


def reaction(message_id: int, emoji: str, user_id: int) -> Subject:
    """Its value is True."""
    return "reaction", message_id, emoji, user_id


def things(facts: Facts) -> set[Subject]:
    """What these are about: the room's name, members, messages with their reactions."""
    return {("message", *each[1:2]) if each[0] == "reaction" else each[:2] for each in facts}


def message_ids(facts: Facts) -> list[int]:
    """The messages that there are."""
    return sorted(int(each[1]) for each in facts if each[0] == "message" and each[2] == "user_id")


# What frames say: of what is no more None.


def _message(facts: Facts, frame: Frame) -> Facts:
    number, is_deleted = frame["message_id"], bool(frame.get("is_deleted"))
    said: Facts = {each: None for each in facts if each[:2] == ("reaction", number)}
    said[message(number)] = frame["user_id"]
    said[message(number, "client_id")] = frame.get("client_id")
    said[message(number, "text")] = None if is_deleted else frame["message"]
    said[message(number, "reply_to")] = frame.get("reply_to", {}).get("message_id")
    said[message(number, "mentions")] = tuple(sorted(frame.get("mentions", ()))) or None
    said[message(number, "is_edited")] = "edited_at" in frame or None
    said[message(number, "is_deleted")] = is_deleted or None
    said[message(number, "is_pinned")] = frame.get("is_pinned")
    for each in frame.get("reactions", ()):
        said |= {reaction(number, each["emoji"], user_id): True for user_id in each["user_ids"]}
    return said


def _reaction(_: Facts, frame: Frame) -> Facts:
    subject = reaction(frame["message_id"], frame["emoji"], frame["user_id"])
    return {subject: frame["is_on"] or None}


def _renamed(_: Facts, frame: Frame) -> Facts:
    return {NAME: frame["name"]}


def _joined(_: Facts, frame: Frame) -> Facts:
    return {member(frame["member"]["id"]): frame["member"]["role"]}


def _role(_: Facts, frame: Frame) -> Facts:
    return {member(frame["user_id"]): frame["role"]}


def _left(_: Facts, frame: Frame) -> Facts:
    return {member(frame["user_id"]): None}


DURABLE: dict[str, Callable[[Facts, Frame], Facts]] = {
    "chat_message": _message,
    "message_changed": _message,
    "reaction": _reaction,
    "room_renamed": _renamed,
    "member_joined": _joined,
    "member_role": _role,
    "member_left": _left,
}


def take(facts: Facts, frame: Frame) -> Facts:
    """Let the facts be what a frame with a `change` says. Returns what that is."""
    said = DURABLE[frame["type"]](facts, frame)
    change(facts, said)
    return said


def change(facts: Facts, made: Facts) -> None:
    """Let the facts be what was made of some of them."""
    for subject, value in made.items():
        if value is None:
            facts.pop(subject, None)
        else:
            facts[subject] = value


# What is stored:


async def stored(fetch: Fetch, room_id: int) -> tuple[int, Facts]:
    """The room's latest change, and all of its facts, in the database; 0 and none of a room that
    is no more. `fetch` returns the rows of a query.
    """
    rooms = list(await fetch(_ROOM.format(room_id)))
    head = rooms[0][0] if rooms else 0
    made: Facts = {NAME: rooms[0][1] if rooms else None}
    for user_id, role in await fetch(_MEMBERS.format(room_id)):
        made[member(user_id)] = role
    for row in await fetch(_MESSAGES.format(room_id)):
        made |= _stored_message(*row)
    for number, emoji, user_id in await fetch(_REACTIONS.format(room_id)):
        made[reaction(number, emoji, user_id)] = True
    facts: Facts = {}
    change(facts, made)
    return head, facts


def _stored_message(number: int, *row: Any) -> Facts:
    author_id, client_id, text, reply_to, mentions, edited_at, deleted_at, pin_change = row
    return {
        message(number): author_id,
        message(number, "client_id"): client_id,
        message(number, "text"): None if deleted_at else text,
        message(number, "reply_to"): reply_to,
        message(number, "mentions"): tuple(sorted(json.loads(mentions or "[]"))) or None,
        message(number, "is_edited"): edited_at is not None or None,
        message(number, "is_deleted"): deleted_at is not None or None,
        message(number, "is_pinned"): pin_change is not None or None,
    }


_ROOM = "SELECT change, name FROM room WHERE id = {}"
_MEMBERS = "SELECT user_id, role FROM membership WHERE room_id = {}"
_MESSAGES = """
SELECT number, author_id, client_id, body, reply_to, mentions, edited_at, deleted_at, pin_change
FROM message WHERE room_id = {}
"""
_REACTIONS = "SELECT number, emoji, user_id FROM reaction WHERE room_id = {}"


def difference(seen: Facts, true: Facts) -> dict[Subject, tuple[Any, Any]]:
    """Of each subject that differs, what was seen and what is true."""
    return {
        subject: (seen.get(subject), true.get(subject))
        for subject in seen.keys() | true.keys()
        if seen.get(subject) != true.get(subject)
    }
