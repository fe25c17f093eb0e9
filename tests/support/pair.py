"""Two servers with one database and one Redis, as a deployment has them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from tests.support.nodes import running
from tests.support.server import Server


@asynccontextmanager
async def pair(folder: Path, database_url: str, redis_url: str) -> AsyncIterator[list[Server]]:
    """Start both, one after the other, and stop them at the end."""
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(
                running(folder, DATABASE_URL=database_url, REDIS_URL=redis_url)
            )
            for _ in range(2)
        ]
