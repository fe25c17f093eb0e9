"""The fixtures of peers that behave badly, and servers that lose their patience in seconds."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import pytest

from tests.resilience.conftest import config, raw
from tests.support.databases import SqliteDatabases
from tests.support.http2 import Peer, TlsServer
from tests.support.server import ROOT, Server, Settings

__all__ = ["config", "raw"]

SECONDS = 1
# The numbers of server/ and blueprints/, and Hypercorn's, made small.
APP = f"""\
import runpy
import blueprints.api.bodies, server.http1, server.http2, server.tcp
blueprints.api.bodies.BODY_SECONDS = {SECONDS}
server.tcp.SEND_SECONDS = server.http2.SEND_SECONDS = {SECONDS}
server.http2.CHECK_SECONDS = 0.5
app = runpy.run_path({str(ROOT / "app.py")!r})["app"]
"""


class OpenPeer(Protocol):
    """`await peer(server, window=…)`: a connection that speaks HTTP/2, aborted after the test."""

    async def __call__(self, server: TlsServer, window: int = 65535) -> Peer: ...


@pytest.fixture
async def peer() -> AsyncIterator[OpenPeer]:
    """A factory of connections that speak HTTP/2."""
    opened: list[Peer] = []

    async def open_peer(server: TlsServer, window: int = 65535) -> Peer:
        opened.append(await Peer.open(server, window))
        return opened[-1]

    yield open_peer
    for each in opened:
        await each.abort()


def _settings(folder: Path, sqlite: SqliteDatabases) -> tuple[Path, Settings, tuple[str, ...]]:
    own = Path(tempfile.mkdtemp(dir=folder))
    (own / "app.py").write_text(APP)
    text = (ROOT / "hypercorn.toml").read_text()
    for name in ("keep_alive_timeout", "ssl_handshake_timeout"):
        text = text.replace(f"\n{name} = 10\n", f"\n{name} = {SECONDS}\n")
    (own / "hypercorn.toml").write_text(text)
    settings = {
        "DATABASE_URL": sqlite.fresh(),
        "RATE_LIMITS": "on",
        "PYTHONPATH": f"{own}:{ROOT}",
    }
    return own, settings, ("--config", str(own / "hypercorn.toml"))


async def _running(server: Server) -> AsyncIterator[Server]:
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
    assert "Traceback" not in server.log(), server.log()


@pytest.fixture(scope="module")
async def impatient(folder: Path, sqlite: SqliteDatabases) -> AsyncIterator[Server]:
    """A server that waits for nobody longer than SECONDS."""
    async for server in _running(Server(*_settings(folder, sqlite))):
        yield server


@pytest.fixture(scope="module")
async def impatient_tls(folder: Path, sqlite: SqliteDatabases) -> AsyncIterator[Server]:
    """The same over TLS, where HTTP/2 is spoken."""
    async for server in _running(TlsServer(*_settings(folder, sqlite))):
        yield server
