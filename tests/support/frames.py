"""What each frame of the server looks like: names, types, and no others."""

import itertools
import re
from typing import Any

from tests.support.chat import Chat, Frame

# RFC 3339 in UTC, as in the document: 2025-10-03T03:00:00Z.
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")

_REQUIRED: dict[str, dict[str, type]] = {
    "chat_message": {
        "message_id": int,
        "message": str,
        "user_id": int,
        "username": str,
        "timestamp": str,
        "is_read": bool,
    },
    "message_sent": {"message_id": int, "message": str, "timestamp": str},
    "user_status": {"user_id": int, "username": str, "is_online": bool, "message": str},
    "typing_indicator": {"user_id": int, "username": str, "is_typing": bool},
    "messages_marked_read": {"room_id": int, "message_id": int},
    "messages_read": {"room_id": int, "user_id": int, "username": str, "message_id": int},
    "ready": {"room_id": int, "revision": int, "user_id": int, "username": str, "limits": dict},
    "user_changed": {"user_id": int, "username": str, "display_name": str},
    "member_joined": {"room_id": int, "member": dict},
    "member_left": {"room_id": int, "user_id": int},
    "member_role": {"room_id": int, "user_id": int, "role": str},
    "room_renamed": {"room_id": int, "name": str},
    "going_away": {"retry_after_ms": int},
    # In the lobby; its `ready` has a user alone.
    "room_activity": {"room_id": int, "last_message_at": str, "messages": list},
    "room_joined": {"room": dict},
    "room_changed": {"room": dict},
    "room_left": {"room_id": int},
    "refresh": {},
    "pong": {},
    "error": {"message": str, "code": str},
}
_OPTIONAL: dict[str, dict[str, type | tuple[type, ...]]] = {
    "chat_message": {"client_id": str, "display_name": str},
    "message_sent": {"client_id": str},
    "user_status": {"display_name": str},
    "typing_indicator": {"display_name": str},
    "messages_read": {"display_name": str},
    "ready": {"display_name": str},
    "error": {"client_id": str, "retry_after": (int, float)},
}

_numbers = itertools.count(1)


def check(frame: Frame) -> Frame:
    """Return the frame; AssertionError when a field is missing, unknown or of another type."""
    kind = frame["type"]
    assert kind in _REQUIRED, f"no such frame: {frame}"
    required, optional = _REQUIRED[kind], _OPTIONAL.get(kind, {})
    fields = {name: value for name, value in frame.items() if name != "type"}
    assert required.keys() <= fields.keys() <= required.keys() | optional.keys(), frame
    for name, value in fields.items():
        _check_type(value, required.get(name) or optional[name], f"{name} in {frame}")
    if "timestamp" in fields:
        assert TIMESTAMP.fullmatch(fields["timestamp"]), frame
    return frame


def _check_type(value: Any, expected: type | tuple[type, ...], where: str) -> None:
    # To Python a bool is an int as well; to a client it is not.
    assert isinstance(value, bool) == (expected is bool), where
    assert isinstance(value, expected), where


async def barrier(*chats: Chat) -> list[Frame]:
    """Return what each chat had not read yet, all in one list.

    A frame of an unknown type is answered to its sender alone, in turn, and changes nothing: what
    was sent to this connection before has arrived when the answer has.
    """
    passed: list[Frame] = []
    for chat in chats:
        client_id = f"barrier-{next(_numbers)}"
        await chat.send({"type": "barrier", "client_id": client_id})
        *before, _ = await chat.frames_until("error", client_id=client_id)
        passed += before
    return passed
