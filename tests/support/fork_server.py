"""Beseda's processes without the imports: they are three quarters of what a start costs.

`python -m tests.support.fork_server` imports once what a server imports before it reads its
settings. Each line of its input is then a process to start (JSON, see `forked.Start`), and is
answered with its id. It is a fork that goes on as `python -m hypercorn` or `python -m quart` does.
"""

import ast
import gc
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import msgspec
import uvloop  # noqa: F401
from hypercorn.__main__ import main as hypercorn
from hypercorn.asyncio import run  # noqa: F401
from quart.cli import main as quart

from tests.support.forked import Start

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS: dict[str, Callable[[], int | None]] = {"hypercorn": hypercorn, "quart": quart}


def main() -> None:
    _import_what_the_app_imports()
    gc.collect()
    gc.freeze()
    # Nobody waits for them here: whoever has asked for one watches it.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        start = msgspec.json.decode(line, type=Start)
        if not (pid := os.fork()):
            _run(start)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _import_what_the_app_imports() -> None:
    """The app itself is made, with its settings, when it is imported."""
    source = (ROOT / "app.py").read_text()
    kinds = ast.Import | ast.ImportFrom
    imports: list[ast.stmt] = [each for each in ast.parse(source).body if isinstance(each, kinds)]
    exec(compile(ast.Module(imports, []), "app.py", "exec"), {})  # noqa: S102


def _run(start: Start) -> NoReturn:
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.chdir(start.folder)
    os.environ.clear()
    os.environ.update(start.environment)
    log = os.open(start.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, stream in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(target, stream)
    os.close(nothing)
    os.close(log)
    sys.argv = [start.program, *start.arguments]
    try:
        sys.exit(PROGRAMS[start.program]())
    except SystemExit as end:
        # A text instead of a number is shown by the interpreter, which ends with 1.
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
        Path(start.status).write_text(str(status))
        raise


if __name__ == "__main__":
    main()
