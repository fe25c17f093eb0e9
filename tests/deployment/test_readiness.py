"""GET /readyz: whether new connections may be sent here."""

import os
import signal
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from quart import Quart

from app import create_app
from blueprints.context import EXTENSION
from config import Settings
from tests.support.factories import StartServer
from tests.support.person import Person
from tests.support.started import started
from tests.support.waiting import eventually


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Quart:
    """Beseda in this process."""
    monkeypatch.chdir(tmp_path)
    return create_app(Settings(database_url=sqlite_url, secret_key="x" * 16))


async def test_draining_process_is_not_ready(app: Quart) -> None:
    """From the first moment on, before its sockets are closed."""
    async with started(app) as served:
        client = served.test_client()
        assert (await client.get("/readyz")).status_code == 200
        await app.extensions[EXTENSION].drain()
        answer = await client.get("/readyz")
        assert (answer.status_code, await answer.json) == (503, {"status": "draining"})


async def test_process_without_its_database_is_not_ready(
    server: StartServer, postgres_url: str
) -> None:
    node = await server(DATABASE_URL=postgres_url)
    node.may_log_tracebacks = True  # asyncpg's, of a database that is no more.
    nobody = Person(node)
    assert (await nobody.http.get("/readyz")).status_code == 200
    name = urlsplit(postgres_url).path.strip("/")
    connection = await asyncpg.connect(postgres_url, database="postgres")
    try:
        await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await connection.close()
    for path in ("/readyz", "/healthz"):
        answer = await nobody.http.get(path)
        assert (answer.status_code, answer.json()["status"]) == (503, "error"), path
    await nobody.close()


async def test_silent_database_is_noticed(server: StartServer, postgres_url: str) -> None:
    """A server that is there and does not answer: suspended, or behind a network that drops all."""
    node = await server(DATABASE_URL=postgres_url)
    nobody = Person(node)
    assert (await nobody.http.get("/readyz")).status_code == 200
    backends = await backends_of(postgres_url)
    for pid in backends:
        os.kill(pid, signal.SIGSTOP)
    try:
        for path in ("/readyz", "/healthz"):
            answer = await nobody.http.get(path)
            assert (answer.status_code, answer.json()["database"]) == (503, "TimeoutError"), path
    finally:
        for pid in backends:
            os.kill(pid, signal.SIGCONT)

    async def is_ready() -> bool:
        return (await nobody.http.get("/readyz")).status_code == 200

    assert await eventually(is_ready, "the database to be asked again")
    await nobody.close()


async def backends_of(url: str) -> list[int]:
    """Return the processes in which PostgreSQL serves the connections of this database."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    finally:
        await connection.close()
    assert rows, "nobody is connected"
    return [row["pid"] for row in rows]
