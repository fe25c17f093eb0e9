"""What a peer sends, handled one message after the other: at once, where nothing has to be waited
for.
"""

import asyncio
from collections.abc import Callable, Coroutine

from background import end

Data = str | bytes | None
Waiting = Coroutine[object, object, None]

# Messages read ahead of one that takes its time. Then the peer's TCP window closes: one that sends
# faster than the database stores must not fill the memory.
INCOMING = 32


class Inbox:
    """The messages of one connection, in order."""

    __slots__ = ("_handle", "_has_begun", "_room", "_task", "_waiting")

    def __init__(self, handle: Callable[[Data], Waiting | None]) -> None:
        """`handle(data)` returns None when it is done, or what is to be awaited before the next
        message. Neither may raise.
        """
        self._handle = handle
        self._waiting: list[Data] = []
        self._room: asyncio.Event | None = None
        self._has_begun = False
        self._task: asyncio.Task[None] | None = None

    def begin(self, first: Waiting) -> None:
        """Await this, then handle what has come meanwhile. Until now everything is kept."""
        self._has_begun = True
        self._task = asyncio.create_task(self._work(first))

    def put(self, data: Data) -> Waiting | None:
        """Handle a message, or keep it for later. Returns what its sender has to wait for."""
        if self._has_begun and self._task is None:
            if work := self._handle(data):
                self._task = asyncio.create_task(self._work(work))
            return None
        self._waiting.append(data)
        return self._until_there_is_room() if len(self._waiting) >= INCOMING else None

    async def close(self) -> None:
        """Handle nothing more."""
        await end(self._task)
        self._waiting.clear()
        if self._room:
            self._room.set()

    async def _work(self, work: Waiting | None) -> None:
        try:
            while True:
                if work:
                    await work
                if not self._waiting:
                    return
                work = self._handle(self._waiting.pop(0))
                if self._room:
                    self._room.set()
        finally:
            self._task = None

    async def _until_there_is_room(self) -> None:
        while len(self._waiting) >= INCOMING:
            self._room = self._room or asyncio.Event()
            self._room.clear()
            await self._room.wait()
