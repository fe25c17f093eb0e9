"""What each frame of the server looks like: names, types, and no others."""

import itertools
import re
from typing import Any

from tests.support.chat import Chat, Frame

# RFC 3339 in UTC, as in the document: 2025-10-03T03:00:00Z.
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")

_REQUIRED: dict[str, dict[str, type | tuple[type, ...]]] = {
    "chat_message": {
        "message_id": int,
        "message": str,
        "user_id": int,
        "username": str,
        "timestamp": str,
        "is_read": bool,
        "change": int,
    },
    "message_sent": {"message_id": int, "message": str, "timestamp": str},
    "reaction": {
        "message_id": int,
        "change": int,
        "emoji": str,
        "user_id": int,
        "username": str,
        "is_on": bool,
        "count": int,
    },
    "unseen_change": {"change": int},
    "done": {"change": int},
    "user_status": {"user_id": int, "username": str, "is_online": bool, "message": str},
    "typing_indicator": {"user_id": int, "username": str, "is_typing": bool},
    "messages_marked_read": {"room_id": int, "message_id": int},
    "messages_read": {"room_id": int, "user_id": int, "username": str, "message_id": int},
    "ready": {
        "room_id": int,
        "revision": int,
        "change": int,
        "user_id": int,
        "username": str,
        "limits": dict,
    },
    "user_changed": {"user_id": int, "username": str, "display_name": str},
    "member_joined": {"room_id": int, "member": dict, "change": int},
    "member_left": {"room_id": int, "user_id": int, "change": int},
    "member_role": {"room_id": int, "user_id": int, "role": str, "change": int},
    "room_renamed": {"room_id": int, "name": str, "change": int},
    "room_archived": {"room_id": int, "is_archived": bool, "change": int},
    "room_rules": {
        "room_id": int,
        "what": str,
        "slow_seconds": int,
        "writers": str,
        "newcomers_see": str,
        "retention_days": (int, type(None)),
        "change": int,
    },
    "expired": {"room_id": int, "upto": int, "change": int},
    "messages_removed": {
        "room_id": int,
        "of": int,
        "ranges": list,
        "count": int,
        "change": int,
    },
    "going_away": {"retry_after_ms": int},
    # In the lobby; its `ready` has a user alone.
    "room_activity": {"room_id": int, "messages": list},
    "activity": {},
    "draft_changed": {"room_id": int, "has_draft": bool, "version": int},
    "room_joined": {"room": dict},
    "room_changed": {"room": dict},
    "room_left": {"room_id": int},
    "blocks": {"user_ids": list},
    "refresh": {},
    "pong": {},
    "error": {"message": str, "code": str},
}
_REQUIRED["message_changed"] = {**_REQUIRED["chat_message"], "what": str, "by": int}
_OPTIONAL: dict[str, dict[str, type | tuple[type, ...]]] = {
    "chat_message": {
        "client_id": str,
        "display_name": str,
        "html": str,
        "reply_to": dict,
        "edited_at": str,
        "is_deleted": bool,
        "mentions": list,
        "mentions_all": bool,
        "reactions": list,
        "is_pinned": bool,
        "is_edited_after_read": bool,
        "thread": int,
        "deleted_by": int,
        "files": list,
        "replies": int,
    },
    "messages_marked_read": {"digest": dict},
    "user_status": {"display_name": str, "presence": str},
    "user_changed": {"presence": str, "status": dict, "picture": str},
    "member_joined": {"by": int},
    "member_left": {"by": int},
    "member_role": {"by": int},
    "room_renamed": {"by": int},
    "room_archived": {"by": int},
    "room_rules": {"by": int},
    "messages_removed": {"by": int, "reason": str},
    "reaction": {"display_name": str, "previous": int},
    "unseen_change": {"from": int},
    "done": {"client_id": str},
    "room_activity": {
        "last_message_at": (str, type(None)),
        "mentions": list,
        "removed": list,
        "last_message": (dict, type(None)),
        "change": int,
    },
    "message_sent": {"client_id": str, "html": str},
    "typing_indicator": {"display_name": str},
    "messages_read": {"display_name": str},
    "ready": {"display_name": str, "floor": int, "history_from": int},
    "error": {"client_id": str, "retry_after": (int, float), "current": dict},
}
_OPTIONAL["message_changed"] = {**_OPTIONAL["chat_message"], "from": int}

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
