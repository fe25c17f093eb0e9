"""What people do, carried out in the tests' own process: no server, no network."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from config import Settings
from realtime.broadcast.memory import MemoryBroadcast
from realtime.presence.memory import MemoryLeases
from services import Services


@asynccontextmanager
async def acting() -> AsyncIterator[Services]:
    """Start the services of a process on the database that is open, and stop them at the end."""
    services = Services(Settings(secret_key="x" * 16), MemoryBroadcast(), MemoryLeases())
    await services.start()
    try:
        yield services
    finally:
        await services.stop()
