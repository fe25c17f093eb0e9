"""The servers under load: each a process of its own, as it would be started in earnest."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.people import SECRET_KEY

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 30.0
STOP_SECONDS = 20.0

# Each is run as `python -m …`.
BESEDA = ("hypercorn", "--config", "hypercorn.toml", "-b", "127.0.0.1:{port}", "app:app")
REFERENCES = {
    "websockets": ("benchmarks.references.websockets_server", "{port}"),
    "quart": (
        *("hypercorn", "-k", "uvloop", "--backlog", "1024", "-b", "127.0.0.1:{port}"),
        "benchmarks.references.quart_queue:app",
    ),
}
# Whatever limits a person has no place in a measurement of what the machine can do.
UNLIMITED = {
    "SECRET_KEY": SECRET_KEY,
    "RATE_LIMITS": "off",
    "MAX_CONNECTIONS": "100000",
    "MAX_CONNECTIONS_PER_USER": "100000",
    "MAX_ROOMS_PER_USER": "100000",
    "MAX_MEMBERS_PER_ROOM": "100000",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs."""

    pid: int
    port: int
    log: Path


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """What a server gets to see: nothing but `settings` configures it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), **settings}


async def migrate(database_url: str) -> None:
    """Prepare a database. Raises RuntimeError with what the command said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "quart", "--app", "app", "migrate"),
        cwd=ROOT,
        env=environment({**UNLIMITED, "DATABASE_URL": database_url}),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(output.decode())


@asynccontextmanager
async def running(
    target: str, port: int, settings: Mapping[str, str], folder: Path
) -> AsyncIterator[Server]:
    """Start Beseda or a reference, wait until it listens on `port`, and stop it at the end."""
    command = [part.format(port=port) for part in REFERENCES.get(target, BESEDA)]
    log = folder / f"server-{port}.log"
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *command),
            cwd=ROOT,
            env=environment(settings),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        await _listening(process, port, log)
        yield Server(process.pid, port, log)
    finally:
        await _stop(process)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _listening(process: asyncio.subprocess.Process, port: int, log: Path) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(START_SECONDS):
            while process.returncode is None:
                if await _answers(port):
                    return
                await asyncio.sleep(0.05)
    said = log.read_text()  # noqa: ASYNC240 - nothing else goes on any more
    raise RuntimeError(f"the server does not start: {said[-2000:]}")


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def _stop(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
