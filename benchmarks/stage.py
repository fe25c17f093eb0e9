"""Servers with people in their rooms, ready to be measured: fresh ones for each measurement."""

import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import people, servers
from benchmarks.backends import Backends, Redis
from benchmarks.checks import Violation, compare
from benchmarks.crowd import Crowd
from benchmarks.meter import Meter
from benchmarks.people import Place
from benchmarks.servers import Server

SHOWN = 1_500  # Characters of a line in the log of a server that failed.
# A server that is several times slower shows as much with fewer messages.
PACE = {"quart": 0.12}
TARGETS = ("beseda", *servers.REFERENCES)


@dataclass
class Stage:
    """What a scenario works with."""

    servers: list[Server]
    places: list[Place]
    database_url: str | None
    redis: Redis | None = None
    said: Counter[int] = field(default_factory=Counter)

    def crowd(self, *, query: str = "", deflate: bool = False) -> Crowd:
        """A crowd that has not come yet."""
        return Crowd([server.port for server in self.servers], query=query, deflate=deflate)

    def meter(self) -> Meter:
        """A meter of the servers; Redis is counted apart."""
        redis = [self.redis.pid] if self.redis else []
        return Meter([server.pid for server in self.servers], redis)

    async def verify(self, crowd: Crowd) -> None:
        """Hold what the crowd has said, and crowds before it, against the database.

        Raises:
            Violation: something was lost or doubled.
        """
        self.said.update(crowd.said)
        if self.database_url and self.said:
            stored = await people.stored(self.database_url, [place.id for place in self.places])
            compare(self.said, stored, crowd.checks)
        crowd.checks.verdict()


@dataclass
class Theatre:
    """Makes stages (which server, on what, how large) and keeps what was measured on them."""

    target: str
    backends: Backends
    folder: Path
    with_redis: bool = False
    repeat: int = 3
    scale: float = 1.0
    port: int | None = None
    samples: dict[str, list[float]] = field(default_factory=dict)

    def times(self, count: int, least: int = 1) -> int:
        """`count`, or as much of it as a smaller run or a slow server does."""
        return max(least, round(count * self.scale * PACE.get(self.target, 1.0)))

    def note(self, figure: str, value: float) -> None:
        """One more sample of this figure: `what: unit`."""
        self.samples.setdefault(figure, []).append(value)

    def note_others(self, what: str, meter: Meter) -> None:
        """How busy generator and Redis were meanwhile, in percent of one core."""
        self.note(f"{what} (generator)", 100 * meter.own / meter.wall)
        if meter.apart:
            self.note(f"{what} (redis)", 100 * meter.apart_cpu / meter.wall)

    @asynccontextmanager
    async def stage(
        self, rooms: list[list[int]], processes: int = 1, **settings: str
    ) -> AsyncIterator[Stage]:
        """A fresh server whose people are in these rooms (numbers of people from 0)."""
        if self.target == "beseda":
            url = await self.backends.database()
            places = await people.settle(url, rooms)
            async with self.serving(url, places, processes, **settings) as stage:
                yield stage
        else:
            async with self._running(processes, {}) as started:
                yield Stage(started, people.invented(rooms), None)

    @asynccontextmanager
    async def serving(
        self, url: str, places: list[Place], processes: int = 1, **settings: str
    ) -> AsyncIterator[Stage]:
        """Beseda on a database that has these people already."""
        redis = self.backends.redis() if self.with_redis else None
        merged = {**servers.UNLIMITED, "DATABASE_URL": url, **settings}
        if redis:
            merged["REDIS_URL"] = redis.url
        async with self._running(processes, merged) as started:
            yield Stage(started, places, url, redis)

    @asynccontextmanager
    async def _running(
        self, processes: int, settings: dict[str, str]
    ) -> AsyncIterator[list[Server]]:
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        async with AsyncExitStack() as stack:
            started = []
            for number in range(processes):
                port = self.port + number if self.port else servers.free_port()
                server = servers.running(self.target, port, settings, folder)
                started.append(await stack.enter_async_context(server))
            try:
                yield started
            except Violation:
                sys.stderr.write("".join(_last_words(server.log) for server in started))
                raise


def _last_words(log: Path) -> str:
    """What the server had to say about it, if anything."""
    lines = log.read_text().splitlines()
    telling = [line[:SHOWN] for line in lines if '"error"' in line or "Traceback" in line]
    return "".join(f"{line}\n" for line in telling[:3])
