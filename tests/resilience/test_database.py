"""The database fails: nobody is told that a lost message is stored, and it passes by itself."""

import asyncio
import os
import re
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
from tortoise.backends.base.client import BaseDBAsyncClient

from models import Room
from models.database import atomically
from tests.chaos.database import Database
from tests.support.chat import Chat, Frame
from tests.support.databases import PostgresDatabases
from tests.support.factories import MakePerson, StartServer
from tests.support.locks import locked
from tests.support.process import workers
from tests.support.room_facts import message, message_ids
from tests.support.tables import opened
from tests.support.talk import Talk, talk
from tests.support.waiting import deadline

# SQLite waits five seconds for a lock, and PostgreSQL starts within two.
FAILURE_SECONDS = 40.0


async def speak(chat: Chat, client_ids: list[str], text: str = "x") -> None:
    """Send these messages without waiting for answers."""
    for client_id in client_ids:
        await chat.send({"type": "chat_message", "message": text, "client_id": client_id})


async def answers(chat: Chat, client_ids: list[str], within: float = 10) -> dict[str, Frame]:
    """Wait until each of these has an answer that came after this call; the last for each."""
    start = len(chat.seen)
    found: dict[str, Frame] = {}
    async with deadline(within, f"answers to {client_ids[0]} to {client_ids[-1]}"):
        while len(found) < len(client_ids):
            await chat.next(within)
            for frame in chat.seen[start:]:
                if frame["type"] in {"message_sent", "error"}:
                    found[frame["client_id"]] = frame
    return found


async def recovers(chat: Chat, client_ids: list[str]) -> dict[str, Frame]:
    """Try again, as a client does, until all are stored."""
    acknowledged: dict[str, Frame] = {}
    async with deadline(FAILURE_SECONDS, "the database to be used again"):
        while missing := [c for c in client_ids if c not in acknowledged]:
            await speak(chat, missing)
            for client_id, frame in (await answers(chat, missing, FAILURE_SECONDS)).items():
                if frame["type"] == "message_sent":
                    acknowledged[client_id] = frame
                else:
                    assert frame["code"] == "not_stored", frame
            await asyncio.sleep(0.2)
    return acknowledged


async def agree(two: Talk, url: str, *acknowledged: dict[str, Frame]) -> None:
    """What is stored is what was acknowledged, and everybody has been told of it once."""
    told = {key: frame["message_id"] for frames in acknowledged for key, frame in frames.items()}
    _, facts = await Database(url).room(two.room)
    numbers = message_ids(facts)
    assert {facts[message(number, "client_id")]: number for number in numbers} == told
    assert numbers == list(range(1, len(numbers) + 1))
    for chat in (two.a, two.b):
        while len(chat.of("chat_message")) < len(numbers):
            await chat.next()
        assert [frame["message_id"] for frame in chat.of("chat_message")] == numbers


def names(kind: str, count: int = 30) -> list[str]:
    """Return client_ids."""
    return [f"{kind}-{number}" for number in range(count)]


async def test_locked_database(server: StartServer, person: MakePerson, sqlite_url: str) -> None:
    """Somebody else holds the write lock for longer than SQLite waits."""
    node = await server(DATABASE_URL=sqlite_url)
    two = await talk(person, on=node, read="manual")
    await speak(two.a, names("before"))
    before = await answers(two.a, names("before"))
    with locked(sqlite_url):
        muting = asyncio.create_task(_ask(two, "PUT", f"/api/rooms/{two.room}/mute"))
        await speak(two.a, names("locked"))
        refused = await answers(two.a, names("locked"), FAILURE_SECONDS)
        assert await muting == (503, "1", "unavailable")
        assert {frame["code"] for frame in refused.values()} == {"not_stored"}
        assert all(frame["retry_after"] > 0 for frame in refused.values())
        assert [m["message_id"] for m in await two.bob.messages(two.room)] == list(range(1, 31))
    await agree(two, sqlite_url, before, await recovers(two.a, names("locked")))


async def _ask(two: Talk, method: str, path: str) -> tuple[int, str | None, str]:
    """Status, Retry-After, and the code of a refusal, which pages have as well."""
    body = {"is_muted": True} if method == "PUT" else None
    answer = await two.alice.http.request(method, path, json=body)
    code = re.search("unavailable|internal_error", answer.text)
    return answer.status_code, answer.headers.get("Retry-After"), code[0] if code else ""


async def test_full_disk(server: StartServer, person: MakePerson, sqlite_url: str) -> None:
    """The process may not make a file larger, as if the disk were full; later it may."""
    node = await server(DATABASE_URL=sqlite_url)
    two = await talk(person, on=node, read="manual")
    await speak(two.a, names("before"))
    before = await answers(two.a, names("before"))
    (worker,) = workers(node)
    full = os.stat(sqlite_url.removeprefix("sqlite://") + "-wal").st_size  # noqa: PTH116
    worker.rlimit(psutil.RLIMIT_FSIZE, (full, psutil.RLIM_INFINITY))
    try:
        await speak(two.a, names("full"), text="x" * 4000)
        refused = await answers(two.a, names("full"), FAILURE_SECONDS)
        assert {frame.get("code") for frame in refused.values()} == {"not_stored"}
    finally:
        worker.rlimit(psutil.RLIMIT_FSIZE, (psutil.RLIM_INFINITY, psutil.RLIM_INFINITY))
    await agree(two, sqlite_url, before, await recovers(two.a, names("full")))


@pytest.mark.parametrize("length", [1, 4000])
async def test_burst_after_an_outage_disturbs_nobody(
    server: StartServer, person: MakePerson, sqlite_url: str, redis_url: str, length: int
) -> None:
    """What has piled up is told in one go: more than a queue holds, and nobody is too slow."""
    settings = {"DATABASE_URL": sqlite_url, "REDIS_URL": redis_url}
    here, there = [await server(**settings) for _ in range(2)]
    people = [await person(f"p{number}-", on=here) for number in range(6)]
    room = await people[0].create_room(*people[1:])
    readers = [await each.at(there) for each in people]
    chats = [await each.connect(room, read="manual") for each in people]
    others = [await each.connect(room, read="manual") for each in readers]
    for chat in (*chats, *others):
        await chat.expect("ready")
    with locked(sqlite_url):
        for number, chat in enumerate(chats):
            await speak(chat, names(f"p{number}", 80), "ж" * length)
            await chat.send({"type": "mystery", "client_id": "sent"})
            await chat.expect("error", client_id="sent")
    for chat in (*chats, *others):
        async with deadline(FAILURE_SECONDS, "all that was said"):
            while len(chat.of("chat_message")) < 6 * 80:
                await chat.next()
        heard = [frame["message_id"] for frame in chat.of("chat_message")]
        assert heard == list(range(1, 6 * 80 + 1))
    for reader in readers:
        await reader.close()


@pytest.fixture
async def own_postgres(folder: Path) -> AsyncIterator[PostgresDatabases]:
    """A PostgreSQL server that the test may kill and start again."""
    databases = PostgresDatabases(folder / "own-pg")
    await databases.start()
    yield databases
    databases.stop()


async def test_postgres_is_killed_and_comes_back(
    own_postgres: PostgresDatabases, server: StartServer, person: MakePerson
) -> None:
    """While messages are under way: some of them may be stored without anybody knowing."""
    url = await own_postgres.fresh()
    node = await server(DATABASE_URL=url)
    node.may_log_tracebacks = True  # The database driver logs one of its own.
    two = await talk(person, on=node, read="manual")
    await speak(two.a, names("before"))
    before = await answers(two.a, names("before"))
    under_way = names("under way", 100)
    await speak(two.a, under_way)
    postmaster = psutil.Process(own_postgres.server.get_pid())
    postmaster.send_signal(signal.SIGQUIT)
    await answers(two.a, under_way)
    await speak(two.a, names("away"))
    refused = await answers(two.a, names("away"), FAILURE_SECONDS)
    assert {frame.get("code") for frame in refused.values()} == {"not_stored"}
    for path in ("/api/rooms", f"/rooms/{two.room}/"):
        assert await _ask(two, "GET", path) == (503, "1", "unavailable")
    assert "request_failed" not in node.log()
    await asyncio.to_thread(postmaster.wait, 10)
    await asyncio.to_thread(own_postgres.server.ensure_postgres_running)
    after = await recovers(two.a, [*under_way, *names("away")])
    await agree(two, url, before, after)


async def test_transaction_has_its_turn_before_it_reads(sqlite_url: str) -> None:
    """What it has read is not old when it writes: SQLite would refuse that without waiting."""
    path = sqlite_url.removeprefix("sqlite://")
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:

        async def work(connection: BaseDBAsyncClient) -> int:
            count = await Room.all().using_db(connection).count()
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("UPDATE room SET name = 'Theirs'")
            await Room.create(name="Mine", using_db=connection)
            return count

        async with opened(sqlite_url):
            assert await atomically(work) == 0
            other.execute("UPDATE room SET name = 'Theirs'")
            assert (await Room.get()).name == "Theirs"
