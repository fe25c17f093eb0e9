"""This process's part in presence: it counts connections, keeps leases and tells transitions."""

import asyncio
import contextlib
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Coroutine
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import structlog

from background import end
from realtime.presence import RENEW_SECONDS, SWEEP_SECONDS, Leases

T = TypeVar("T")

log = structlog.get_logger(__name__)

# A page that is reloaded is back within this time: nobody is told of its absence.
GRACE_SECONDS = 1.0
STOP_SECONDS = 2.0

Transition = Callable[[int, bool], Awaitable[None]]
Hiding = Callable[[Collection[int]], Awaitable[set[int]]]


async def _nobody(_: Collection[int]) -> set[int]:
    return set()


class PresenceTracker:
    """Users with connections on this process.

    `told(user_id, is_online)` is awaited for every transition that this process has to tell; of
    all processes exactly one is asked to. When the leases are out of reach, people count as online
    where they are connected, and renewing brings everything in order afterwards.

    `hiding(user_ids)` says which of these people are to be seen by nobody: no lease is taken for
    them, so that no process can take them for online.
    """

    def __init__(
        self,
        leases: Leases,
        told: Transition,
        grace_seconds: float = GRACE_SECONDS,
        hiding: Hiding = _nobody,
    ) -> None:
        self._leases = leases
        self._hiding = hiding
        self._on_transition = told
        self._grace_seconds = grace_seconds
        self._node = secrets.token_hex(8)
        self._connections: Counter[int] = Counter()
        self._held: set[int] = set()
        self._unannounced: dict[int, bool] = {}
        self._doubtful: set[int] = set()
        self._leaving: dict[int, asyncio.TimerHandle] = {}
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def size(self) -> int:
        """How many users have connections here."""
        return len(self._connections)

    async def start(self) -> None:
        self._spawn(self._every(RENEW_SECONDS, self.renew))
        self._spawn(self._every(SWEEP_SECONDS, self.sweep))

    async def stop(self) -> None:
        """Let go of everybody: whoever is connected elsewhere stays online."""
        for timer in self._leaving.values():
            timer.cancel()
        await end(*self._tasks)
        self._connections.clear()
        with contextlib.suppress(TimeoutError):
            # Who is not let go of in time is told offline by the others, when the leases run out.
            async with asyncio.timeout(STOP_SECONDS):
                await asyncio.gather(*(self._sync_lease(user_id) for user_id in list(self._held)))
        await self._leases.close()

    async def arrive(self, user_id: int) -> bool:
        """A connection of this user has opened. True: they came online by it, and it was told."""
        self._connections[user_id] += 1
        if timer := self._leaving.pop(user_id, None):
            timer.cancel()  # The lease is still held: nobody has noticed anything.
        # Not cancelled with the connection: a lease that is taken has to be told.
        return await asyncio.shield(self._spawn(self._sync_lease(user_id)))

    def depart(self, user_id: int) -> None:
        """A connection of this user has closed. If it was the last, they go offline soon."""
        self._connections[user_id] -= 1
        if self._connections[user_id] <= 0:
            del self._connections[user_id]
            loop = asyncio.get_running_loop()
            self._leaving[user_id] = loop.call_later(self._grace_seconds, self._leave, user_id)

    def is_shown(self, user_id: int) -> bool:
        """Whether this process holds the user online."""
        return user_id in self._held

    def hidden_here(self) -> set[int]:
        """Whoever is connected to this process and not held online: who hides, or whose lease could
        not be taken.
        """
        return self._connections.keys() - self._held

    async def look_again(self, user_id: int) -> None:
        """The user hides now, or no longer: they go offline, or come online, at once."""
        await asyncio.shield(self._spawn(self._sync_lease(user_id, is_doubtful=True)))

    async def online(self, user_ids: Collection[int]) -> set[int]:
        """Those of these users who are online, on any process."""
        here = self._held.intersection(user_ids)
        elsewhere = [user_id for user_id in user_ids if user_id not in here]
        try:
            return here | await self._leases.online(elsewhere)
        except Exception as error:
            log.warning("presence_unreachable", action="online", error=str(error))
            return here

    async def renew(self) -> None:
        """Prolong all leases. Who was taken for offline meanwhile (this process was suspended, or
        Redis has forgotten everything) is told online again.
        """
        await self._find_hiding()
        for user_id in await self._leases.renew(list(self._held), self._node):
            if user_id in self._held:
                await self._announce(user_id, True)

    async def sweep(self) -> None:
        """Tell of those whose processes have died, and what could not be told before."""
        for user_id, is_online in list(self._unannounced.items()):
            await self._announce(user_id, is_online)
        if doubtful := self._doubtful - self._held:
            online = await self._leases.online(doubtful)
            for user_id in doubtful:
                await self._announce(user_id, user_id in online)
        self._doubtful.clear()
        for user_id in await self._leases.expire():
            if user_id not in self._held:
                await self._announce(user_id, False)

    async def _find_hiding(self) -> None:
        """What another process has told of somebody's choice may have been lost."""
        try:
            hiding = await self._hiding(self._connections.keys() | self._held)
        except Exception as error:
            log.warning("choices_unreachable", error=str(error))
            return
        for user_id in (self._held & hiding) | (self._connections.keys() - self._held - hiding):
            await self._sync_lease(user_id, is_doubtful=True)

    async def _announce(self, user_id: int, is_online: bool) -> None:
        self._unannounced.pop(user_id, None)
        try:
            await self._on_transition(user_id, is_online)
        except Exception as error:
            # The database is away, and with it the list of rooms to tell. A newer transition
            # takes this one's place.
            log.warning("status_not_told", user=user_id, error=str(error))
            self._unannounced.setdefault(user_id, is_online)

    def _leave(self, user_id: int) -> None:
        self._leaving.pop(user_id, None)
        self._spawn(self._sync_lease(user_id))

    async def _sync_lease(self, user_id: int, *, is_doubtful: bool = False) -> bool:
        """Hold a lease if, and only if, the user is connected and does not hide. One at a time for
        each user, so that two transitions are told in the order in which they happened.
        `is_doubtful`: whoever is held may hide by now.
        """
        async with self._locks.setdefault(user_id, asyncio.Lock()):
            is_wanted = user_id in self._connections
            if is_wanted and (is_doubtful or user_id not in self._held):
                is_wanted = await self._is_wanted(user_id)
            if is_wanted == (user_id in self._held):
                return False
            (self._held.add if is_wanted else self._held.discard)(user_id)
            change = self._leases.acquire if is_wanted else self._leases.release
            try:
                is_news = await change(user_id, self._node)
            except Exception as error:
                # A lease that was not taken is taken by the next renewal, and one that was not
                # given back runs out. Until then what is true here is told here.
                log.warning("presence_unreachable", action="sync_lease", error=str(error))
                self._doubtful.add(user_id)
                is_news = True
            if is_news:
                await self._announce(user_id, is_wanted)
            return is_news and is_wanted

    async def _is_wanted(self, user_id: int) -> bool:
        try:
            is_hiding = user_id in await self._hiding([user_id])
        except Exception as error:
            # As it is until the next renewal: nobody is shown who may hide.
            log.warning("choices_unreachable", error=str(error))
            is_hiding = user_id not in self._held
        return not is_hiding and user_id in self._connections

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await work()
            except Exception as error:
                log.warning("presence_unreachable", action=work.__name__, error=str(error))

    def _spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
