"""Commands to messages as the journal hands them to the database."""

from typing import Any

from errors import Refusal
from models import Post, StoredMessage, User
from models.message_change import MessageChange
from models.message_commands import (
    DeleteMessage,
    EditMessage,
    PinMessage,
    React,
)
from models.sql.message_changes import change_messages
from models.sql.message_store import store


async def posted(room: int, author: User, *texts: str, **fields: Any) -> list[StoredMessage]:
    """Store messages of one author."""
    posts = [Post(room, author.id, author.username, text, **fields) for text in texts]
    found = []
    for result in await store(posts):
        assert not isinstance(result, Refusal), result
        found.append(result[0])
    return found


def _by(room: int, user: User, message_id: int, **fields: Any) -> dict[str, Any]:
    who = {"room_id": room, "user_id": user.id, "username": user.username}
    return {**who, "message_id": message_id, **fields}


def edit(room: int, user: User, body: str, message_id: int = 1, **fields: Any) -> EditMessage:
    """Return the command."""
    return EditMessage(**_by(room, user, message_id, body=body, **fields))


def delete(room: int, user: User, message_id: int = 1, **fields: Any) -> DeleteMessage:
    """Return the command."""
    return DeleteMessage(**_by(room, user, message_id, **fields))


def react(
    room: int,
    user: User,
    emoji: str = "👍",
    message_id: int = 1,
    *,
    is_on: bool = True,
    **fields: Any,
) -> React:
    """Return the command."""
    return React(**_by(room, user, message_id, emoji=emoji, is_on=is_on, **fields))


def pin(
    room: int, user: User, message_id: int = 1, *, is_pinned: bool = True, **fields: Any
) -> PinMessage:
    """Return the command."""
    return PinMessage(**_by(room, user, message_id, is_pinned=is_pinned, **fields))


async def run(*commands: Any) -> list[MessageChange | str]:
    """Carry them out in one transaction; a refusal is its code."""
    results = await change_messages(commands)
    return [each.code if isinstance(each, Refusal) else each for each in results]


async def outcome(*commands: Any) -> list[tuple[int, str | None] | str]:
    """Do the same, and return of each (change, what was done), or the code."""
    results = await run(*commands)
    return [each if isinstance(each, str) else (each.change, each.kind) for each in results]
