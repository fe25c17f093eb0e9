"""PostgreSQL's own programs."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, cast

from models.migrate import connect_options

_NAMES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "database": "PGDATABASE",
    "ssl": "PGSSLMODE",
}


class ToolError(Exception):
    """Says in one line why a program of PostgreSQL's did not do it."""


def tool(name: str) -> str:
    """Where the program is.

    Raises:
        ToolError: it is not on this machine.
    """
    found = shutil.which(name)
    if found is None:
        raise ToolError(f"{name} is not on this machine: install PostgreSQL's client programs")
    return found


def run_tool(name: str, url: str, *arguments: str) -> None:
    """Run it on the database of this URL. The password goes by the environment: what stands on a
    command line others can read.

    Raises:
        ToolError: with what it says.
    """
    options = connect_options(url)
    own = {variable: str(options[key]) for key, variable in _NAMES.items() if options.get(key)}
    done = subprocess.run(  # noqa: S603 - no shell, and our own words
        [tool(name), *arguments],
        env={**os.environ, **own},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().replace("\n", " ")
        raise ToolError(f"{name}: {said}")


@contextmanager
def reading(name: str, *arguments: str) -> Iterator[IO[bytes]]:
    """What it writes, while it runs.

    Raises:
        ToolError: in the end, with what it says.
    """
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - no shell, and our own words
            [tool(name), *arguments], stdout=subprocess.PIPE, stderr=said
        )
        with process:
            yield cast("IO[bytes]", process.stdout)
        said.seek(0)
        problem = said.read().decode(errors="replace").strip().replace("\n", " ")
    if process.returncode:
        raise ToolError(f"{name}: {problem}")
