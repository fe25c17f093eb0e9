"""What holds the loop, and how long: python -m tests.support.loop_turns URL.

Beseda runs in this process on asyncio's own loop, and every turn of it is measured in CPU time of
its thread, which does not depend on what else the machine does. Printed is, as JSON, for each thing
that people ask for, {"milliseconds": the longest turn, "frames": the most that were sent in one}:
the least of several tries, for the collector may come in between.
"""

import asyncio
import json
import sys
import time
from asyncio import events
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from quart import Quart

from app import create_app
from blueprints.context import EXTENSION
from config import Settings
from models import Job, Membership
from models.job import ROOM_EXPORT
from models.names import name_keys
from protocol import markup
from realtime.connection import LOBBY, Connection
from realtime.lobby.gathered_news import GATHER_SECONDS
from realtime.replay import Position
from services.export_files import ExportFiles
from services.files import Files
from services.jobs import Running
from services.room_export import RoomExport
from services.storage import FolderStorage
from tests.support.loop_crowd import (
    ALICE,
    BOB,
    DENSE,
    HALL,
    LONG,
    MARKED,
    MEMBERS,
    MIXED,
    NAMES,
    READ,
    fill,
)
from tests.support.memory_socket import MemorySocket
from tests.support.person import PASSWORD
from tests.support.started import started

if TYPE_CHECKING:
    from services import Services

TRIES = 3
ACCOUNT = {"username": "alice", "password": PASSWORD}
OWN = {"Sec-Fetch-Site": "same-origin", "Accept-Encoding": "gzip"}
MANY = "a," * 8_000  # As long as a request's head may be.
FILE = "/static/css/base.css"

Work = Callable[[], Awaitable[object]]


class Turns:
    """Measures the turns of the loop."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.frames = self.most_frames = 0
        self._run = events.Handle._run  # noqa: SLF001

        def run(handle: events.Handle) -> None:
            self._measured(handle)

        events.Handle._run = run  # type: ignore[method-assign,assignment]  # noqa: SLF001

    def _measured(self, handle: events.Handle) -> None:
        self.frames = 0
        began = time.thread_time()
        self._run(handle)
        self.longest = max(self.longest, time.thread_time() - began)
        self.most_frames = max(self.most_frames, self.frames)

    async def of(self, work: Work) -> tuple[float, int]:
        """Do the work; return its longest turn in milliseconds and the most frames in one."""
        markup.cache = markup.HtmlCache(markup.CACHE_BYTES)
        name_keys.cache_clear()
        await asyncio.sleep(0)
        self.longest = self.most_frames = 0
        await asyncio.ensure_future(work())
        return self.longest * 1_000, self.most_frames


class CountingSocket(MemorySocket):
    """A peer that takes everything, and keeps nothing."""

    def __init__(self, turns: Turns) -> None:
        super().__init__()
        self.turns = turns

    def write(self, frame: bytes) -> bool:  # noqa: ARG002
        self.turns.frames += 1
        return True

    def write_run(self, frames: list[bytes]) -> bool:
        self.turns.frames += len(frames)
        return True

    async def send(self, frame: bytes) -> None:
        """Take it."""


class Crowd:
    """All of them, connected."""

    def __init__(self, app: Quart, turns: Turns) -> None:
        self.services: Services = app.extensions[EXTENSION]
        self.turns = turns
        self.client = app.test_client()
        self.said = 0

    async def gather(self, path: str) -> None:
        """Register alice, who asks for everything, and let the others come in."""
        for door in ("/api/users", "/api/session"):
            await self.client.post(door, json=ACCOUNT)
        fill(path)
        self.alice = await Membership.of(ALICE, HALL)
        for user_id in range(BOB, MEMBERS + 1):
            await self.services.connections.join(
                self.connection(user_id, HALL), Position(), time.monotonic()
            )
            await self.services.tracker.arrive(user_id)
            await self.services.lobby.enter(self.connection(user_id, LOBBY))

    def connection(self, user_id: int, room_id: int) -> Connection:
        return Connection(
            CountingSocket(self.turns),
            number=user_id,
            room_id=room_id,
            user_id=user_id,
            username=f"member{user_id}",
            session_id=user_id,
        )

    async def get(self, path: str, **headers: str) -> None:
        answer = await self.client.get(path, headers=headers)
        assert answer.status_code == 200, await answer.get_data()

    async def come(self, after: int | None) -> None:
        connection = self.connection(ALICE, HALL)
        await self.services.connections.join(connection, Position(after=after), time.monotonic())
        await self.services.connections.arrive(connection)
        self.services.connections.depart(connection)
        await self.services.hub.leave(connection)

    async def say(self, texts: list[str]) -> None:
        await asyncio.gather(*(self.services.messages.post(self.alice, text) for text in texts))

    async def say_in_many_rooms(self) -> None:
        """Whoever lists a room hears how its latest message begins, a moment later."""
        self.said += 1

        async def say(room: int) -> None:
            member = await Membership.of(ALICE, room)
            await self.services.messages.post(member, f"{self.said} {room} {MARKED}")

        await asyncio.gather(*(say(room) for room in range(READ + 1, READ + 101)))
        await asyncio.sleep(2 * GATHER_SECONDS)

    async def save(self) -> None:
        """Make an export of a room with long texts."""
        await Membership.filter(room_id=HALL, user_id=BOB).update(role=Membership.OWNER)
        # Whoever else looks for work leaves it.
        job = await Job.create(
            kind=ROOM_EXPORT, user_id=BOB, room_id=HALL, state=Job.RUNNING, holder="x"
        )
        stored = Files(FolderStorage(Path("files")))
        _, size = await RoomExport(ExportFiles(Path("exports")), stored)(Running(job))
        assert size

    def things(self) -> dict[str, Work]:
        return {
            "a page of history": lambda: self.get(f"/api/rooms/{HALL}/messages?limit=100"),
            "a page that is compressed": lambda: self.get(
                f"/api/rooms/{MIXED}/messages?limit=100", **OWN
            ),
            "what concerns one": lambda: self.get("/api/activity?limit=100"),
            "where one is mentioned": lambda: self.get("/api/mentions?limit=100"),
            "the page of activity": lambda: self.get("/activity/", **OWN),
            "a thread": lambda: self.get(f"/api/rooms/{NAMES}/messages/1/thread?limit=100"),
            "the page of a thread": lambda: self.get(f"/rooms/{NAMES}/messages/1/thread", **OWN),
            "a page full of names": lambda: self.get(f"/rooms/{NAMES}/", **OWN),
            "a replay": lambda: self.come(0),
            "coming in": lambda: self.come(None),
            "the room's page": lambda: self.get(f"/rooms/{HALL}/?after=1"),
            "who has read": lambda: self.get(f"/api/rooms/{READ}/messages/1/readers", **OWN),
            "the latest of many rooms": self.say_in_many_rooms,
            "the page with all members": lambda: self.get(f"/rooms/{HALL}/?members=all"),
            "the profile": lambda: self.get("/profile"),
            "whom one has blocked": lambda: self.get("/api/blocks"),
            "the page of the rooms": lambda: self.get("/rooms/"),
            "the list of rooms": lambda: self.get("/api/rooms"),
            "the room's members": lambda: self.get(f"/api/rooms/{HALL}"),
            "a page in many languages": lambda: self.get("/profile", **{"Accept-Language": MANY}),
            "a file in many codings": lambda: self.get(FILE, **{"Accept-Encoding": 2 * MANY}),
            "long messages at once": lambda: self.say([f"{n} {LONG}" for n in range(40)]),
            "dense messages at once": lambda: self.say([f"{n} {DENSE}" for n in range(100)]),
            "an export of a room": self.save,
            "a comparison of the lobby": self.services.lobby.compare,
        }


async def main(url: str) -> None:
    """Measure, and print."""
    app = create_app(Settings(database_url=url, rate_limits=False, secret_key=PASSWORD))
    turns = Turns()
    async with started(app):
        crowd = Crowd(app, turns)
        await crowd.gather(url.removeprefix("sqlite://"))
        found = {}
        for name, work in crowd.things().items():
            tries = [await turns.of(work) for _ in range(TRIES)]
            milliseconds, frames = (min(values) for values in zip(*tries, strict=True))
            found[name] = {"milliseconds": round(milliseconds, 1), "frames": frames}
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
