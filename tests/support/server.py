"""A real Hypercorn process that serves Beseda, as `make run` would start it."""

import asyncio
import contextlib
import itertools
import os
import signal
import socket
import ssl
import sys
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import httpx

from tests.support.forked import FORK_SERVER, ForkedProcess, Start
from tests.support.waiting import START_DEADLINE, deadline, free_port

ROOT = Path(__file__).resolve().parents[2]
# Another Python with the requirements installed may serve: BESEDA_PYTHON=… make test.
PYTHON = os.environ.get("BESEDA_PYTHON", sys.executable)
# SIGTERM to exit. Beseda drains in well under a second; past this it hangs.
STOP_DEADLINE = 20.0
# Where nothing speaks TLS. By itself each client reads the certificates of all authorities: 20 ms.
NO_TRUST = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


Settings = Mapping[str, str | None]
_commands = itertools.count()
Process = asyncio.subprocess.Process | ForkedProcess


def environment(settings: Settings) -> dict[str, str]:
    """Return the whole environment for a process of Beseda: nothing but `settings` configures it.

    SECRET_KEY and RATE_LIMITS=off are given unless `settings` says otherwise; None leaves a
    variable out.
    """
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    defaults = {"SECRET_KEY": "the-tests-secret-key-0123456789abcdef", "RATE_LIMITS": "off"}
    merged = {**kept, "PYTHONPATH": str(ROOT), **defaults, **settings}
    return {name: value for name, value in merged.items() if value is not None}


async def run_python(
    *arguments: str, cwd: Path, settings: Settings, within: float = START_DEADLINE
) -> tuple[int, str]:
    """Run Python with these arguments to its end; (exit status, stdout and stderr together)."""
    process = await asyncio.create_subprocess_exec(
        PYTHON,
        *arguments,
        cwd=cwd,
        env=environment(settings),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with deadline(within, f"the end of {' '.join(arguments)}"):
            output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, output.decode()


async def quart(command: str, cwd: Path, settings: Settings) -> tuple[int, str]:
    """Run `quart --app app <command and options>`; (exit status, output)."""
    log = cwd / f"quart-{next(_commands)}.log"
    process = await fork("quart", ["--app", "app", *command.split()], cwd, settings, log)
    try:
        async with deadline(START_DEADLINE, f"the end of quart {command}"):
            return await process.wait(), log.read_text()
    finally:
        if process.returncode is None:
            process.kill()


async def fork(
    program: str, arguments: list[str], folder: Path, settings: Settings, log: Path
) -> ForkedProcess:
    """Start hypercorn or quart; its exit status is kept beside its log. See fork_server.py."""
    files = str(log), f"{log}.status"
    start = Start(program, arguments, str(folder), environment(settings), *files)
    return await asyncio.to_thread(FORK_SERVER.fork, PYTHON, start)


# Every server that has been started and not stopped, for the report of a failure.
RUNNING: list["Server"] = []


class Server:
    """One Hypercorn process (and its workers), with its own folder, log and port.

    It can be stopped, killed and started again: it keeps port, folder and settings.
    """

    application = "app:app"

    def __init__(self, folder: Path, settings: Settings, arguments: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self.settings = dict(settings)
        self.arguments = arguments
        self.port = free_port()
        self.log_path = folder / f"server-{self.port}.log"
        # A test that provokes the server's own failure says so; elsewhere a stack trace in the
        # log fails it.
        self.may_log_tracebacks = False
        # The certificate that it shows, and its people trust; None where it speaks plain http.
        self.certfile: Path | None = None
        self._process: Process | None = None

    @cached_property
    def tls(self) -> ssl.SSLContext | None:
        """What its people trust; None where it speaks plain http."""
        return ssl.create_default_context(cafile=self.certfile) if self.certfile else None

    @property
    def trust(self) -> ssl.SSLContext:
        """The same for httpx: where it speaks plain http, nobody."""
        return self.tls or NO_TRUST

    @property
    def url(self) -> str:
        """The origin: http://127.0.0.1:<port>, or https://, without a last slash."""
        return f"{'https' if self.certfile else 'http'}://127.0.0.1:{self.port}"

    @property
    def database_url(self) -> str:
        """The setting."""
        return self.settings["DATABASE_URL"] or ""

    @property
    def ws_url(self) -> str:
        """The same for WebSockets."""
        return self.url.replace("http", "ws", 1)

    @property
    def pid(self) -> int:
        """The process id; AssertionError when it does not run."""
        assert self._process is not None, "the server does not run"
        return self._process.pid

    def log(self) -> str:
        """Return everything it has logged so far, over all its starts."""
        return self.log_path.read_text() if self.log_path.exists() else ""

    async def start(self) -> None:
        """Start the process and wait until /healthz answers 200."""
        assert self._process is None, "the server runs already"
        RUNNING.append(self)
        self._process = await self._spawn()
        try:
            async with deadline(START_DEADLINE, f"{self.url}/healthz"):
                await self._ready()
        except AssertionError as error:
            await self.kill()
            raise AssertionError(f"{error}. Its log:\n{self.log()}") from error

    async def _spawn(self) -> Process:
        """As a fork (see fork_server.py), but not with arguments, which may ask for several
        workers, nor where its modules are others than ours.
        """
        command = self._command()
        is_plain = not self.arguments and "PYTHONPATH" not in self.settings
        if is_plain and command[:3] == [PYTHON, "-m", "hypercorn"]:
            return await fork("hypercorn", command[3:], self.folder, self.settings, self.log_path)
        with self.log_path.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *command,
                cwd=self.folder,
                env=environment(self.settings),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A group of its own: a kill reaches the workers too, and Ctrl+C in the terminal
                # only pytest.
                start_new_session=True,
            )

    def _command(self) -> list[str]:
        config = ("--config", str(ROOT / "hypercorn.toml"), "-b", f"127.0.0.1:{self.port}")
        return [PYTHON, "-m", "hypercorn", *config, *self.arguments, self.application]

    async def _ready(self) -> None:
        await self._listening()
        async with httpx.AsyncClient(
            base_url=self.url, trust_env=False, verify=self.trust
        ) as client:
            while True:
                self._assert_alive()
                try:
                    if (await client.get("/healthz")).status_code == httpx.codes.OK:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.02)

    async def _listening(self) -> None:
        """Wait for the port by itself first: asking by HTTP took as much of the processor as the
        start of the server, which it held up.
        """
        loop = asyncio.get_running_loop()
        while True:
            self._assert_alive()
            with socket.socket() as attempt:
                attempt.setblocking(False)
                with contextlib.suppress(ConnectionError):
                    return await loop.sock_connect(attempt, ("127.0.0.1", self.port))
            await asyncio.sleep(0.02)

    def _assert_alive(self) -> None:
        assert self._process is not None
        assert self._process.returncode is None, "the server ended at once"

    async def stop(self) -> None:
        """SIGTERM, and wait for the end: as a deploy does it. AssertionError when it hangs."""
        process = self._forget()
        if process is None:
            return
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        try:
            async with deadline(STOP_DEADLINE, "the server to stop after SIGTERM"):
                await process.wait()
        finally:
            await self._kill_group(process)

    async def kill(self) -> None:
        """SIGKILL, workers included: a crash. Nothing of it gets to clean up."""
        if process := self._forget():
            await self._kill_group(process)

    async def restart(self) -> None:
        """Stop and start, on the same port and database."""
        await self.stop()
        await self.start()

    def _forget(self) -> Process | None:
        process, self._process = self._process, None
        if process:
            RUNNING.remove(self)
        return process

    @staticmethod
    async def _kill_group(process: Process) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
