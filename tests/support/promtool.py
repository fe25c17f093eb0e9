"""Prometheus' own program, which `scripts/promtool.sh` brings."""

import asyncio
import shutil
from pathlib import Path

from tests.support.server import PYTHON, ROOT


async def promtool(*arguments: str, given: str = "", cwd: Path = ROOT) -> tuple[int | None, str]:
    """Run it with `given` on its standard input; its status, and what it said."""
    program = shutil.which("promtool") or shutil.which("promtool", path=Path(PYTHON).parent)
    assert program, "scripts/promtool.sh brings it"
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        cwd=cwd,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate(given.encode())
    return process.returncode, said.decode()
