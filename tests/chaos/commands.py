"""Whether what was said to be done to messages is stored, once; or was so already."""

from collections import Counter
from collections.abc import Iterator, Sequence

from models.message_commands import PINNED, REACTED, REACTIONS, UNPINNED
from tests.chaos.account import Account
from tests.chaos.database import StoredCommand
from tests.support.chat import Frame
from tests.support.room_facts import FLOOR, Facts, message

# As they are stored, before the client_id.
NAMES = {"edit_message": "edit", "delete_message": "delete", "react": "react", "pin_message": "pin"}


def not_stored_once(
    account: Account, user_id: int, facts: Facts, commands: Sequence[StoredCommand]
) -> Iterator[str]:
    """Yield, in words, what was said to be done and is not stored once, and what is stored twice.
    `commands` are those of all people in the room.
    """
    stored = Counter(each.command_id for each in commands if each.actor == user_id)
    for client_id, reply in account.acknowledged.items():
        frame = account.said[client_id]
        # Of what has expired nothing is noted any more.
        name = NAMES.get(frame["type"])
        if name and frame["message_id"] > facts.get(FLOOR, 0):
            count = stored.pop(f"{name}:{client_id}", 0)
            if not (count or _was_so(frame, reply["change"], user_id, facts, commands)):
                yield f"{frame} is done by {reply}, and not stored"
            if count > 1:
                yield f"{frame} is stored {count} times"
    for command_id, count in stored.items():
        name, _, client_id = str(command_id).partition(":")
        asked = account.said.get(client_id, {"type": ""})
        if count > 1 or NAMES.get(asked["type"]) != name:
            yield f"{command_id} of {account.name} is stored {count} times; asked for: {asked}"


def _was_so(
    frame: Frame, change: int, user_id: int, facts: Facts, commands: Sequence[StoredCommand]
) -> bool:
    """Whether this would have changed nothing when the message had got to this change."""
    number = frame["message_id"]
    earlier = [each for each in commands if each.number == number and each.change <= change]
    match frame["type"]:
        case "delete_message":
            return message(number, "is_deleted") in facts
        case "react":
            own = (user_id, frame["emoji"])
            kinds = [each.kind for each in earlier if (each.actor, each.emoji) == own]
            return _last(kinds, REACTIONS) == (REACTED if frame["is_on"] else None)
        case "pin_message":
            kinds = [each.kind for each in earlier]
            return _last(kinds, {PINNED, UNPINNED}) == (PINNED if frame["is_pinned"] else None)
    return False  # Every edit has a text of its own.


def _last(kinds: Sequence[str], which: frozenset[str] | set[str]) -> str | None:
    """The last of these kinds; None where it has taken something back, or there is none."""
    found = next((kind for kind in reversed(kinds) if kind in which), None)
    return found if found in {REACTED, PINNED} else None
