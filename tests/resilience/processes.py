"""Processes of one deployment, in the tests' own: a broadcast that does its worst between them."""

import asyncio
import contextvars
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any, TypeVar

from config import Settings
from models import Session, User
from models.database import fetch
from realtime.presence.memory import MemoryLeases
from services import Services
from tests.support.faulty import FaultyBroadcast, FaultyBus
from tests.support.tables import opened, people

T = TypeVar("T")

NAMES = ("alice", "bob", "carol", "dan", "erin")


class World:
    """A loop, and a database with some people opened in it, for all the examples."""

    def __init__(self, database_url: str) -> None:
        # What has gone wrong, in words: the same choices in other turns of the loop may do no harm,
        # and of these Hypothesis would tell.
        self.failures: list[str] = []
        self.loop = asyncio.new_event_loop()
        self._context = contextvars.copy_context()
        self._stack = AsyncExitStack()
        self.run(self._stack.enter_async_context(opened(database_url)))
        self.people = self.run(people(*NAMES))
        self.people[0].server_role = User.ADMIN
        self.run(self.people[0].save())
        self.sessions = {user.id: self.run(_log_in(user)) for user in self.people}

    def start(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Begin with something that goes on while others run."""
        return self.loop.create_task(work, context=self._context)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run to its end; everything else that is under way goes on meanwhile."""
        return self.loop.run_until_complete(self.start(work))

    def close(self) -> None:
        """Close the database and the loop."""
        self.run(self._stack.aclose())
        self.loop.close()


async def _log_in(user: User) -> int:
    session = await Session.of(await Session.start(user))
    assert session is not None
    return int(session.id)


async def pass_time(turns: int) -> None:
    """Let everything that is under way go on for a little: turns of the loop, and in every eighth
    one the transaction that the database is at.
    """
    for turn in range(turns):
        await (asyncio.sleep(0) if turn % 8 else fetch("SELECT 1 AS one"))


class Process:
    """One of them."""

    def __init__(self, bus: FaultyBus) -> None:
        self.is_dead = False
        self.broadcast = FaultyBroadcast(bus)
        self.services = Services(Settings(rate_limits=False), self.broadcast, MemoryLeases())

    async def start(self) -> None:
        await self.services.hub.start(recovered=self.services.tracker.renew)
        await self.services.journal.start()

    async def stop(self) -> None:
        await self.services.journal.stop()
        await self.services.hub.stop()

    async def die(self) -> None:
        """End between a commit and its notifications: what waits is stored, and nobody is told.
        Its connections have to be lost before: who hears what a dead process says?
        """
        self.is_dead = True
        self.broadcast.cut()
        await self.stop()
