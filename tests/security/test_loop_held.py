"""Nothing that somebody asks for holds up everybody else: a thousand members, five hundred rooms
and the dearest texts are handled in turns.
"""

import json
from pathlib import Path

from tests.support.server import ROOT, run_python

# What is promised. Measured are up to 7, and 15 to 100 where nobody else has a turn in between.
MILLISECONDS = 10
# Of those who are here already one is told on coming in, and each may be a system call.
FRAMES = 300


async def test_no_turn_of_the_loop_is_long(folder: Path, sqlite_url: str) -> None:
    status, output = await run_python(
        "-m", "tests.support.loop_turns", sqlite_url, cwd=folder, settings={"PYTHONPATH": str(ROOT)}
    )
    assert status == 0, output
    found = json.loads(output.splitlines()[-1])
    long = {name: each for name, each in found.items() if each["milliseconds"] > MILLISECONDS}
    assert long == {}
    assert found["coming in"]["frames"] <= FRAMES
