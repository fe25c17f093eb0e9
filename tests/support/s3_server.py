"""A server that speaks S3, with one bucket."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from xml.etree import ElementTree

import httpx

from tests.support.waiting import START_DEADLINE, eventually, free_port

BUCKET = "files"


class S3Server:
    """It runs until it is killed."""

    def __init__(self, port: int, process: asyncio.subprocess.Process) -> None:
        self.origin = f"http://127.0.0.1:{port}"
        self.url = f"s3://key:sec%2Fret@{BUCKET}/some/folder?endpoint={self.origin}"
        self._process = process

    async def keys(self) -> set[str]:
        """The keys of everything in the bucket."""
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(f"{self.origin}/{BUCKET}")
        found = ElementTree.fromstring(answer.content)  # noqa: S314 - of a server of ours
        return {each.text or "" for each in found.iter() if each.tag.endswith("}Key")}

    async def kill(self) -> None:
        """It is away."""
        if self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()


@asynccontextmanager
async def s3_server() -> AsyncIterator[S3Server]:
    """Start it, and make the bucket."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    server = S3Server(port, process)

    async def has_bucket() -> bool:
        async with httpx.AsyncClient(trust_env=False) as client:
            try:
                return (await client.put(f"{server.origin}/{BUCKET}")).is_success
            except httpx.TransportError:
                return False

    try:
        await eventually(has_bucket, "the S3 server", START_DEADLINE)
        yield server
    finally:
        await server.kill()
