"""Commands on their way through the journal."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar

from msgspec import Struct
from tortoise.backends.base.client import BaseDBAsyncClient

from cooperative import TimeSlice
from models import Post, Refusal, StoredMessage
from models.message_change import MessageChange
from models.message_commands import MessageCommand
from models.room_change import StoredChange
from protocol.markup import to_html
from realtime.committed import Committed
from realtime.connection import Connection

# Results told at once: a sender gets two frames for each, and a queue holds 256.
SLICE = 64
# Long messages need more than a turn: the time in which a socket has taken this much.
SLICE_CHARACTERS = 64 * 1024


T_co = TypeVar("T_co", covariant=True)


class Command(Protocol[T_co]):
    """Something to be done to a room, as one transaction. Messages are the journal's own."""

    async def store(self, connection: BaseDBAsyncClient) -> tuple[T_co, list[StoredChange]]:
        """Do it. Returns its result, and the changes that it has made, in their order.

        Raises:
            Refusal: nothing was done.
        """


class WaitingCommand(Struct, frozen=True):
    """A command that waits."""

    command: Command[Any]
    began: float
    done: asyncio.Future[Any]


class WaitingMessage(Struct, frozen=True):
    """A message that waits, or what is to be done to one. `refused` is called with a refusal,
    `done` gets what was committed; neither where nobody waits for it.
    """

    command: Post | MessageCommand
    began: float
    sender: Connection | None = None
    refused: Callable[[Refusal], None] | None = None
    done: asyncio.Future[Any] | None = None

    def committed(self, content: StoredMessage | MessageChange, is_fresh: bool) -> Committed:
        """What listeners are told of it."""
        return Committed(content, not is_fresh, self.sender, self.began, self.command.client_id)


Stored = tuple[Committed, WaitingMessage]


def delivery_order(stored: Stored) -> tuple[bool, int, int]:
    """By room: what one connection gets in a slice goes to it in one piece. A repetition is
    answered last: its first one may be in this very batch.
    """
    committed = stored[0]
    return committed.is_repeat, committed.room_id, committed.change


def slices_of(stored: list[Stored]) -> Iterator[tuple[list[Stored], int]]:
    """What was stored in parts that fit into a connection's queue, and how many characters each
    has. What is dear to render is rendered here, and the part ends where that has taken its turn.
    """
    part: list[Stored] = []
    size, time_slice = 0, TimeSlice()
    for committed, waiting in stored:
        part.append((committed, waiting))
        text = _text(committed.content)
        size += len(text)
        to_html(text)
        if len(part) >= SLICE or size >= SLICE_CHARACTERS or time_slice.is_over:
            yield part, size
            part, size, time_slice = [], 0, TimeSlice()
    yield part, size


def _text(content: object) -> str:
    if isinstance(content, MessageChange):
        return content.message.body
    return content.body if isinstance(content, StoredMessage) else ""


def resolve(done: asyncio.Future[Any] | None, result: object) -> None:
    """Give whoever waits, if anybody does, the result, or raise it."""
    if done is None or done.done():  # Nobody waits, or whoever did has gone.
        return
    if isinstance(result, Exception):
        done.set_exception(result)
    else:
        done.set_result(result)
