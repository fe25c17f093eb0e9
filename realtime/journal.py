"""Collects what is waiting and stores it in one transaction: group commit."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import structlog

from background import end
from models import Post, Refusal, StoredMessage
from models.database import atomically
from models.message_change import MessageChange
from models.message_commands import MessageCommand
from realtime.committed import CommitListener, Committed
from realtime.connection import Connection
from realtime.metrics import metrics
from realtime.stores import StoreBatch, StoreResult, store_changes, store_posts
from realtime.waiting_commands import (
    SLICE,
    SLICE_CHARACTERS,
    Command,
    WaitingCommand,
    WaitingMessage,
    delivery_order,
    resolve,
    slices_of,
)

log = structlog.get_logger(__name__)

BATCH_MAX = 500  # About 15 ms of database; larger batches make the first in them wait for nothing.
PAUSE_SECONDS = 0.005
WAITING_MAX = 10_000  # A few seconds of what the database can store. Beyond: `overloaded`.

T = TypeVar("T")


class Journal:
    """The one way to every numbered change of a room in this process.

    There is no artificial delay: the first message is stored at once, and what arrives while the
    database is busy with it goes together next time. One at a time costs about 1.3 ms each on
    SQLite with fsync, fifty together 0.05 ms each. Other commands are rare, and have a transaction
    of their own.
    """

    def __init__(self) -> None:
        self._listeners: list[CommitListener] = []
        self._waiting: deque[WaitingMessage | WaitingCommand] = deque()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._task: asyncio.Task[None] | None = None
        self._batches = metrics.histogram("journal_batch")
        self._deliveries = metrics.histogram("message_delivery")

    def listen(self, listener: CommitListener) -> None:
        """Call this after each commit, behind those that listen already."""
        self._listeners.append(listener)

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="journal")

    async def stop(self) -> None:
        """Store what is waiting, then end."""
        await self.flush()
        await end(self._task)

    @property
    def size(self) -> int:
        """How many messages and commands are waiting."""
        return len(self._waiting)

    async def flush(self) -> None:
        await self._idle.wait()

    def submit(
        self,
        command: Post | MessageCommand,
        sender: Connection,
        refused: Callable[[Refusal], None],
    ) -> None:
        """Carry out what this connection asks for; it is answered right after it has been sent what
        everybody is. `refused` must neither block nor raise.

        Raises:
            Refusal: overloaded, when too many are waiting.
        """
        self._enqueue(WaitingMessage(command, time.perf_counter(), sender, refused))

    async def store(self, post: Post) -> StoredMessage:
        """Store a message that came by no connection. Returns it when the room has been told.

        Raises:
            Refusal: overloaded; not_stored; what refuses the message.
        """
        stored: StoredMessage = await self._wait_for(post)
        return stored

    async def change(self, command: MessageCommand) -> MessageChange:
        """The same for what is to be done to a message."""
        change: MessageChange = await self._wait_for(command)
        return change

    async def _wait_for(self, command: Post | MessageCommand) -> Any:
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._enqueue(WaitingMessage(command, time.perf_counter(), done=done))
        return await done

    async def run(self, command: Command[T]) -> T:
        """Carry out a command. Returns its result when the room has been told.

        Raises:
            Refusal: overloaded; what refuses the command. And whatever the database raises.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._enqueue(WaitingCommand(command, time.perf_counter(), done))
        return await done

    def _enqueue(self, waiting: WaitingMessage | WaitingCommand) -> None:
        if len(self._waiting) >= WAITING_MAX:
            raise Refusal("overloaded", retry_after=1)
        self._waiting.append(waiting)
        self._idle.clear()
        self._wake.set()

    async def _run(self) -> None:
        while True:
            if not self._waiting:
                self._idle.set()
                self._wake.clear()
                await self._wake.wait()
            try:
                await self._process_next()
            except Exception:
                log.exception("journal_failed")  # One batch's failure is not the next one's.

    async def _process_next(self) -> None:
        first = self._waiting.popleft()
        if isinstance(first, WaitingCommand):
            await self._run_command(first)
            return
        posts, changes = self._take_batch(first)
        # One after the other, in a transaction each: were each run of a kind one, a room in which
        # people write and react by turns would have a transaction for each of them.
        if posts:
            await self._store(posts, store_posts)
        if changes:
            await self._store(changes, store_changes)

    def _take_batch(
        self, first: WaitingMessage
    ) -> tuple[list[WaitingMessage], list[WaitingMessage]]:
        """What is to be stored together: messages, and what is to be done to messages."""
        posts: list[WaitingMessage] = []
        changes: list[WaitingMessage] = []
        waiting: WaitingMessage | WaitingCommand = first
        while isinstance(waiting, WaitingMessage):
            (posts if isinstance(waiting.command, Post) else changes).append(waiting)
            full = len(posts) + len(changes) >= BATCH_MAX
            if full or not self._waiting or isinstance(self._waiting[0], WaitingCommand):
                break
            waiting = self._waiting.popleft()
        return posts, changes

    async def _run_command(self, waiting: WaitingCommand) -> None:
        try:
            result, changes = await atomically(waiting.command.store)
        except Exception as error:
            resolve(waiting.done, error)
            return
        self._notify([Committed(each, False, None, waiting.began) for each in changes])
        resolve(waiting.done, result)

    async def _store(self, batch: list[WaitingMessage], store: StoreBatch) -> None:
        began = time.perf_counter()
        results: list[StoreResult]
        try:
            results = await store([waiting.command for waiting in batch])
        except Exception as error:
            # Locked, full, gone: nothing was stored, the senders keep their client_ids and try
            # again, and so do we with the next batch.
            log.error("not_stored", count=len(batch), error=f"{type(error).__name__}: {error}")
            results = [Refusal("not_stored", retry_after=1) for _ in batch]
        else:
            self._batches.observe(time.perf_counter() - began)
        committed, refused = [], []
        for waiting, result in zip(batch, results, strict=True):
            if isinstance(result, Refusal):
                refused.append((waiting, result))
            else:
                committed.append((waiting.committed(*result), waiting))
        await _refuse_all(refused)
        await self._notify_in_slices(committed)

    async def _notify_in_slices(self, stored: "list[tuple[Committed, WaitingMessage]]") -> None:
        # By room: what one connection gets in a slice goes to it in one piece.
        stored.sort(key=delivery_order)
        for part, size in slices_of(stored):
            self._notify([committed for committed, _ in part])
            for committed, waiting in part:
                resolve(waiting.done, committed.content)
            now = time.perf_counter()
            self._deliveries.observe_all(
                [now - each.began for each, _ in part if not each.is_repeat]
            )
            # The writers' turn: without it a full batch would overflow the queue of every
            # connection of the room, and they would be closed for being too slow.
            await asyncio.sleep(0 if size < SLICE_CHARACTERS else PAUSE_SECONDS)

    def _notify(self, committed: Sequence[Committed]) -> None:
        if not committed:
            return
        for listener in self._listeners:
            try:
                listener(committed)
            except Exception:
                log.exception("listener_failed")


async def _refuse_all(refused: list[tuple[WaitingMessage, Refusal]]) -> None:
    for number, (waiting, refusal) in enumerate(refused, 1):
        metrics.count(f"messages_refused:{refusal.code}")
        if waiting.refused:
            waiting.refused(refusal)
        resolve(waiting.done, refusal)
        if not number % SLICE:  # They may all be one connection's: see _notify_in_slices.
            await asyncio.sleep(0)
