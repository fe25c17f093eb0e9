"""What people say on their sockets: messages, and what is to be done to messages.

A new kind is one function here; what everybody is told of it stands in tests/support/room_facts.py.
"""

from collections.abc import Callable
from random import Random

from tests.support.chat import Frame
from tests.support.room_facts import Facts, message_ids

EMOJI = ("👍", "🎉")
RECENT = 4  # Something is done to these messages: to one of them often several things at once.


def compose(facts: Facts, client_id: str, random: Random) -> Frame:
    """Something to say, by somebody who knows this of the room; with a client_id."""
    recent = message_ids(facts)[-RECENT:]
    kinds, weights = list(KINDS), list(KINDS.values())
    (kind,) = random.choices(kinds, weights) if recent else (_post,)
    return kind(client_id, random.choice(recent or [0]), random) | {"client_id": client_id}


def _post(client_id: str, _: int, random: Random) -> Frame:
    # Mostly short, sometimes long, and never the same.
    length = random.choice((0, 0, 0, 0, 40, 400, 3900))
    return {"type": "chat_message", "message": f"{client_id} {'ж' * length}".strip()}


def _reply(client_id: str, number: int, random: Random) -> Frame:
    return _post(client_id, number, random) | {"reply_to": number}


def _mention(client_id: str, number: int, random: Random) -> Frame:
    frame = _post(client_id, number, random)
    return frame | {"message": f"@{_username(client_id)} {frame['message']}"}


def _mention_all(client_id: str, number: int, random: Random) -> Frame:
    frame = _post(client_id, number, random)
    return frame | {"message": f"@all {frame['message']}"}


def _edit(client_id: str, number: int, random: Random) -> Frame:
    # Which takes mentions out, or adds one.
    (name,) = random.choices((f"@{_username(client_id)} ", "@all ", ""), (3, 1, 6))
    return {"type": "edit_message", "message_id": number, "message": f"{name}edited: {client_id}"}


def _username(client_id: str) -> str:
    """Whose it is: they mention themselves, the only one who is surely in the room."""
    return client_id.rpartition("-")[0]


def _delete(_: str, number: int, __: Random) -> Frame:
    return {"type": "delete_message", "message_id": number}


def _react(_: str, number: int, random: Random) -> Frame:
    what = {"emoji": random.choice(EMOJI), "is_on": random.random() < 0.6}
    return {"type": "react", "message_id": number, **what}


def _pin(_: str, number: int, random: Random) -> Frame:
    return {"type": "pin_message", "message_id": number, "is_pinned": random.random() < 0.5}


Kind = Callable[[str, int, Random], Frame]
# (client_id, message_id, random) → a frame; how often.
KINDS: dict[Kind, int] = {
    _post: 9,
    _reply: 1,
    _mention: 1,
    _mention_all: 1,
    _edit: 3,
    _delete: 1,
    _react: 5,
    _pin: 1,
}
# With these something was refused for good: somebody else was faster, it is not for everybody, or
# not at this time.
REFUSALS = {
    *("gone", "not_author", "not_found", "edit_conflict", "too_many_pins", "expired"),
    *("owners_only", "slow_mode", "room_archived"),
}
