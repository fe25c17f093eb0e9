"""A room as a plain dictionary: what a client makes of the frames that it is sent. What is stored:
stored_facts.py.

A fact has a subject and a value: a subject is what can be told of by itself. Of what is not, or no
more (a member who has left, the text of a deleted message), there is no fact.
"""

from collections.abc import Callable, Collection
from typing import Any

from tests.support.chat import Frame

Subject = tuple[str | int, ...]
Facts = dict[Subject, Any]

NAME: Subject = ("name",)
IS_ARCHIVED: Subject = ("is_archived",)
# The pause between two messages, who writes, what newcomers see, and how long messages are kept.
RULES: Subject = ("rules",)
FLOOR: Subject = ("floor",)  # Messages up to this one have expired.

_LEFT_OF_DELETED = ("user_id", "client_id", "timestamp", "thread")


def member(user_id: int) -> Subject:
    """Its value is the role."""
    return "member", user_id


def message(message_id: int, field: str = "user_id") -> Subject:
    """A field of a message; every message has a `user_id`, a `change` (its last one) and a
    `timestamp`. The others are client_id, text, reply_to and thread (message_ids), mentions (user
    ids, in order), edited_at, deleted_by, and mentions_all, is_deleted, is_pinned (True).
    """
    return "message", message_id, field


def reaction(message_id: int, emoji: str, user_id: int) -> Subject:
    """Its value is True."""
    return "reaction", message_id, emoji, user_id


def reaction_count(message_id: int, emoji: str) -> Subject:
    """How many have put it there."""
    return "reaction", message_id, emoji, "count"


def things(facts: Facts) -> set[Subject]:
    """What these are about: the room's name, members, messages with their reactions."""
    return {("message", *each[1:2]) if each[0] == "reaction" else each[:2] for each in facts}


def is_of_message(subject: Subject, upto: int) -> bool:
    """Whether it is about one of the messages up to this one."""
    return subject[0] in {"message", "reaction"} and int(subject[1]) <= upto


def message_ids(facts: Facts) -> list[int]:
    """The messages that there are."""
    return sorted(int(each[1]) for each in facts if each[0] == "message" and each[2] == "user_id")


def emptied(facts: Facts, numbers: Collection[int], by: int | None, made_by: int) -> Facts:
    """What becomes of messages that are deleted by somebody, by the change `made_by`."""
    made: Facts = {
        each: None
        for each in facts
        if each[0] in {"message", "reaction"}
        and each[1] in numbers
        and not (each[0] == "message" and each[2] in _LEFT_OF_DELETED)
    }
    for number in numbers:
        made[message(number, "is_deleted")] = True
        made[message(number, "deleted_by")] = None if by == facts.get(message(number)) else by
        made[message(number, "change")] = made_by
    return made


# What frames say: of what is no more None.


def _message(facts: Facts, frame: Frame) -> Facts:
    number, is_deleted = frame["message_id"], bool(frame.get("is_deleted"))
    said: Facts = {each: None for each in facts if each[:2] == ("reaction", number)}
    said[message(number)] = frame["user_id"]
    said[message(number, "client_id")] = frame.get("client_id")
    said[message(number, "text")] = None if is_deleted else frame["message"]
    said[message(number, "reply_to")] = frame.get("reply_to", {}).get("message_id")
    said[message(number, "mentions")] = tuple(sorted(frame.get("mentions", ()))) or None
    said[message(number, "is_deleted")] = is_deleted or None
    for name in ("change", "timestamp", "edited_at", "deleted_by", "thread"):
        said[message(number, name)] = frame.get(name)
    for name in ("mentions_all", "is_pinned"):
        said[message(number, name)] = frame.get(name)
    for each in frame.get("reactions", ()):
        said |= {reaction(number, each["emoji"], user_id): True for user_id in each["user_ids"]}
        said[reaction_count(number, each["emoji"])] = each["count"]
    return said


def _reaction(_: Facts, frame: Frame) -> Facts:
    number, emoji = frame["message_id"], frame["emoji"]
    return {
        reaction(number, emoji, frame["user_id"]): frame["is_on"] or None,
        reaction_count(number, emoji): frame["count"] or None,
        message(number, "change"): frame["change"],
    }


def _removed(facts: Facts, frame: Frame) -> Facts:
    numbers = {
        number
        for first, last in frame["ranges"]
        for number in range(first, last + 1)
        if facts.get(message(number)) == frame["of"]
    }
    return emptied(facts, numbers, frame.get("by"), frame["change"])


def _expired(facts: Facts, frame: Frame) -> Facts:
    upto = frame["upto"]
    return dict.fromkeys(each for each in facts if is_of_message(each, upto)) | {FLOOR: upto}


def _unseen(_: Facts, __: Frame) -> Facts:
    return {}


def _archived(_: Facts, frame: Frame) -> Facts:
    return {IS_ARCHIVED: frame["is_archived"] or None}


def _rules(_: Facts, frame: Frame) -> Facts:
    names = ("slow_seconds", "writers", "newcomers_see", "retention_days")
    return {RULES: tuple(frame[name] for name in names)}


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
    "messages_removed": _removed,
    "expired": _expired,
    "unseen_change": _unseen,
    "room_renamed": _renamed,
    "room_archived": _archived,
    "room_rules": _rules,
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


def difference(seen: Facts, true: Facts) -> dict[Subject, tuple[Any, Any]]:
    """Of each subject that differs, what was seen and what is true."""
    return {
        subject: (seen.get(subject), true.get(subject))
        for subject in seen.keys() | true.keys()
        if seen.get(subject) != true.get(subject)
    }
