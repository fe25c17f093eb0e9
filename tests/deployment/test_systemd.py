"""The unit of docs/deployment.md: systemd accepts it, and its commands serve."""

import asyncio
import re
import shlex
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.support.factories import MakePerson
from tests.support.fronts import block
from tests.support.server import PYTHON, ROOT, Server, environment
from tests.support.waiting import START_DEADLINE, deadline

DOCUMENT = "docs/deployment.md"
OPERATIONS = "docs/operations.md"


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit as printed, but for where the code is."""
    text = block(DOCUMENT, "ini").replace("/opt/beseda/.venv/bin", str(Path(PYTHON).parent))
    path = tmp_path / "beseda@.service"
    path.write_text(text.replace("/opt/beseda", str(ROOT)))
    return path


def value(unit: Path, name: str, port: int = 0) -> str:
    """Return what the unit has for a name that it has once."""
    (found,) = re.findall(rf"(?m)^{name}=(.*)$", unit.read_text())
    return str(found).replace("%i", str(port))


def analyze(*arguments: str) -> str:
    """Run systemd-analyze; AssertionError with what it says when it is not content."""
    done = subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_systemd_accepts_it(unit: Path) -> None:
    instance = unit.with_name("beseda@8001.service")
    instance.symlink_to(unit)
    said = analyze("verify", "--man=no", "--recursive-errors=no", str(instance))
    assert "beseda@" not in said, "a warning is about a line that does nothing"


def test_it_is_hardened(unit: Path) -> None:
    """Exposure in tenths: below 20 systemd says "OK"; without all that it is 92."""
    analyze("security", "--offline=yes", "--threshold=20", str(unit))


def test_systemd_accepts_the_backup_of_each_night(tmp_path: Path) -> None:
    text = block(OPERATIONS, "ini").replace("/opt/beseda/.venv/bin", str(Path(PYTHON).parent))
    (tmp_path / "beseda-backup.service").write_text(text)
    timer = tmp_path / "beseda-backup.timer"
    timer.write_text(block(OPERATIONS, "systemd"))
    said = analyze("verify", "--man=no", "--recursive-errors=no", str(timer))
    assert "beseda-backup" not in said, "a warning is about a line that does nothing"


class Unit(Server):
    """A server that is started by the lines of the unit."""

    unit: Path

    async def prepare(self) -> None:
        """Run ExecStartPre to its end."""
        process = await asyncio.create_subprocess_exec(
            *shlex.split(value(self.unit, "ExecStartPre")),
            cwd=self.folder,
            env=environment(self.settings),
        )
        async with deadline(START_DEADLINE, "the end of ExecStartPre"):
            assert await process.wait() == 0

    def _command(self) -> list[str]:
        return shlex.split(value(self.unit, "ExecStart", self.port))


async def test_its_commands_serve(unit: Path, folder: Path, person: MakePerson) -> None:
    """In a folder of its own, with what the unit sets and nothing else."""
    name, _, path = value(unit, "Environment").partition("=")
    node = Unit(Path(tempfile.mkdtemp(dir=folder)), {name: path, "SECRET_KEY": None})
    node.unit = unit
    await node.prepare()
    await node.start()
    try:
        alice = await person("alice", on=node)
        await (await alice.connect(await alice.create_room())).expect("ready")
    finally:
        await node.stop()
    assert (node.folder / "instance" / "beseda.sqlite3").exists()
