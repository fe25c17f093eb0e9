"""Starts servers and commands by the fork server that runs beside the tests; see fork_server.py."""

import asyncio
import contextlib
import os
import select
import signal
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path

import msgspec

# What the fork server itself needs; what it starts has an environment of its own.
KEPT = ("PATH", "HOME", "PYTHONPATH")
CRASHED = -1


class Start(msgspec.Struct):
    """A process: hypercorn or quart, its arguments, folder and environment, and the files that get
    its output and its exit status, if it ends by itself.
    """

    program: str
    arguments: list[str]
    folder: str
    environment: dict[str, str]
    log: str
    status: str


class ForkedProcess:
    """A process, with what `asyncio.subprocess.Process` has of it. `returncode` is that of a crash
    where it has left no exit status.
    """

    def __init__(self, pid: int, status: Path) -> None:
        self.pid = pid
        self._status = status
        self._pidfd: int | None = None
        with contextlib.suppress(ProcessLookupError):  # It has ended already.
            self._pidfd = os.pidfd_open(pid)

    @property
    def returncode(self) -> int | None:
        """None while it runs."""
        if self._pidfd is not None and _is_readable(self._pidfd):
            os.close(self._pidfd)
            self._pidfd = None
        if self._pidfd is not None:
            return None
        return int(self._status.read_text()) if self._status.exists() else CRASHED

    def send_signal(self, number: int) -> None:
        """ProcessLookupError when it has ended."""
        if self._pidfd is None:
            raise ProcessLookupError
        signal.pidfd_send_signal(self._pidfd, number)

    async def wait(self) -> int:
        """Wait for its end."""
        if self.returncode is None and self._pidfd is not None:
            loop, ended = asyncio.get_running_loop(), asyncio.Event()
            loop.add_reader(self._pidfd, ended.set)
            try:
                await ended.wait()
            finally:
                loop.remove_reader(self._pidfd)
        return self.returncode or 0

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


def _is_readable(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))


class ForkServer:
    """Started with the first process that it is to start."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def fork(self, python: str, start: Start) -> ForkedProcess:
        """Start a process. The first call waits until all is imported."""
        with self._lock:
            self._process = self._process or _run(python, start.environment)
            return ForkedProcess(_ask(self._process, start), Path(start.status))

    def close(self) -> None:
        """What it has started goes on."""
        if self._process:
            self._process.communicate()
            self._process = None


def _run(python: str, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    kept = {name: environment[name] for name in KEPT if name in environment}
    command = [python, "-m", "tests.support.fork_server"]
    return subprocess.Popen(
        command, env=kept, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )


def _ask(process: subprocess.Popen[bytes], start: Start) -> int:
    assert process.stdin
    assert process.stdout
    process.stdin.write(msgspec.json.encode(start) + b"\n")
    process.stdin.flush()
    return int(process.stdout.readline())


FORK_SERVER = ForkServer()
