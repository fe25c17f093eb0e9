"""Servers that several tests share."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.server import Server


@asynccontextmanager
async def running(folder: Path, **settings: str | None) -> AsyncIterator[Server]:
    """Start a server in a folder of its own, stop it at the end, and look for stack traces."""
    server = Server(Path(tempfile.mkdtemp(dir=folder)), settings)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
    assert server.may_log_tracebacks or "Traceback" not in server.log(), server.log()
