"""The two kinds of batches that the journal stores, each in one transaction."""

from collections.abc import Awaitable, Callable
from typing import Any

from models import Post, Refusal, StoredMessage
from models.message_change import MessageChange
from models.message_commands import MessageCommand
from models.sql.message_changes import change_messages
from models.sql.message_store import store

# What was committed and whether that is new, or why not; for each command in its place.
StoreResult = tuple[StoredMessage | MessageChange, bool] | Refusal
StoreBatch = Callable[[list[Any]], Awaitable[list[StoreResult]]]


async def store_posts(posts: list[Post]) -> list[StoreResult]:
    """Store new messages."""
    return list(await store(posts))


async def store_changes(commands: list[MessageCommand]) -> list[StoreResult]:
    """Carry out what is to be done to messages."""
    return [
        result if isinstance(result, Refusal) else (result, result.kind is not None)
        for result in await change_messages(commands)
    ]
