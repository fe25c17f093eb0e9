"""What people do to messages by a socket, and what they are answered."""

from typing import Any

from tests.support.chat import Chat, Frame
from tests.support.frames import barrier, check
from tests.support.talk import Talk

DELETED = "Сообщение удалено"
NUMBERED = {"chat_message", "message_changed", "reaction"}


async def do(chat: Chat, type_: str, message_id: int = 1, **fields: Any) -> Frame:
    """Ask for something to be done to a message; return the `done` or the `error`.

    `chat.skipped` has what came before it.
    """
    await chat.send({"type": type_, "message_id": message_id, **fields})
    chat.skipped = []
    while (frame := check(await chat.next()))["type"] not in ("done", "error"):
        chat.skipped.append(frame)
    return frame


async def edit(chat: Chat, text: str, message_id: int = 1, **fields: Any) -> Frame:
    """Do as do does."""
    return await do(chat, "edit_message", message_id, message=text, **fields)


async def delete(chat: Chat, message_id: int = 1, **fields: Any) -> Frame:
    """Do as do does."""
    return await do(chat, "delete_message", message_id, **fields)


async def react(
    chat: Chat, emoji: str = "👍", message_id: int = 1, *, is_on: bool = True, **fields: Any
) -> Frame:
    """Do as do does."""
    return await do(chat, "react", message_id, emoji=emoji, is_on=is_on, **fields)


async def pin(chat: Chat, message_id: int = 1, *, is_pinned: bool = True, **fields: Any) -> Frame:
    """Do as do does."""
    return await do(chat, "pin_message", message_id, is_pinned=is_pinned, **fields)


async def reply(chat: Chat, text: str, to: int, **fields: Any) -> Frame:
    """Answer a message; return the `chat_message`, or the `error`."""
    await chat.send({"type": "chat_message", "message": text, "reply_to": to, **fields})
    while (frame := check(await chat.next()))["type"] not in ("message_sent", "error"):
        chat.skipped.append(frame)
    return frame if frame["type"] == "error" else chat.of("chat_message")[-1]


async def told(two: Talk, type_: str, **fields: Any) -> Frame:
    """Return the latest such frame that both have been sent, alike, of what one of them has had
    an answer to.
    """
    await barrier(two.a, two.b)
    a, b = (
        [frame for frame in chat.of(type_) if fields.items() <= frame.items()][-1]
        for chat in (two.a, two.b)
    )
    assert check(a) == check(b)
    return a


def changes(chat: Chat) -> list[Frame]:
    """Return all frames that tell of a message, as far as they have been read."""
    return [check(frame) for frame in chat.seen if frame["type"] in NUMBERED]


def where(room: int, message_id: int = 1, more: str = "") -> str:
    """Return the path of a message in the JSON API."""
    return f"/api/rooms/{room}/messages/{message_id}{more}"
