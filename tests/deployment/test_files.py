"""What Beseda keeps can be read by nobody else, also where it was made readable before."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from private_files import keep_private
from tests.support.factories import MakePerson, StartServer
from tests.support.server import quart
from tests.support.waiting import eventually

URL = "sqlite://instance/beseda.sqlite3"


def modes(folder: Path) -> dict[str, str]:
    """Return the mode of each file of a folder, and of itself."""
    return {
        path.name: f"{stat.S_IMODE(path.stat().st_mode):o}" for path in (folder, *folder.iterdir())
    }


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """Start from what most systems have: others may read."""
    before = os.umask(0o022)
    yield
    os.umask(before)


async def test_new_files_are_private(tmp_path: Path) -> None:
    status, output = await quart("migrate", tmp_path, {"DATABASE_URL": URL, "SECRET_KEY": None})
    assert status == 0, output
    assert modes(tmp_path / "instance") == {
        "instance": "700", "beseda.sqlite3": "600", "beseda.sqlite3.migrating": "600",
    }  # fmt: skip
    assert "closed_to_others" not in output, "there was never a moment in which they were open"


async def test_files_that_are_there_are_closed_by_the_start(
    server: StartServer, person: MakePerson, tmp_path: Path
) -> None:
    node = await server(DATABASE_URL=await made(tmp_path), SECRET_KEY=None)
    alice = await person("alice", on=node)
    await node.kill()
    instance = node.folder / "instance"
    for path in (instance, *instance.iterdir(), *(tmp_path / "instance").iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert "beseda.sqlite3-wal" in modes(tmp_path / "instance"), "killed in the middle of writing"
    await node.start()
    assert modes(instance) == {"instance": "700", "secret_key": "600"}

    async def is_closed() -> bool:
        await alice.rooms()
        found = modes(tmp_path / "instance")
        return all(mode == "600" for name, mode in found.items() if name != "instance")

    await eventually(is_closed, "the database to be closed to others")
    assert modes(tmp_path / "instance")["instance"] == "700", "made by migrate, not by the start"
    assert '"event":"closed_to_others"' in node.log()


async def made(folder: Path) -> str:
    """Return the URL of a database that `migrate` has made in a folder of its own making."""
    url = f"sqlite://{folder}/instance/beseda.sqlite3"
    status, output = await quart("migrate", folder, {"DATABASE_URL": url})
    assert status == 0, output
    return url


async def test_files_that_are_there_are_closed_by_migrate(tmp_path: Path) -> None:
    await made(tmp_path)
    instance = tmp_path / "instance"
    for path in (instance, *instance.iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o644)
    status, output = await quart("migrate", tmp_path, {"DATABASE_URL": URL})
    assert status == 0
    assert set(modes(instance).values()) == {"700", "600"}
    assert output.count("closed_to_others") == 3


async def test_folder_of_others_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir(mode=0o755)
    url = f"sqlite://{tmp_path}/shared/chat.sqlite3"
    status, output = await quart("migrate", tmp_path, {"DATABASE_URL": url})
    assert status == 0, output
    assert modes(tmp_path / "shared")["shared"] == "755"
    assert modes(tmp_path / "shared")["chat.sqlite3"] == "600"


async def test_what_is_no_database_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("not a database, and a good deal longer than the header of one " * 20)
    for url in (f"sqlite://{other}", f"sqlite://{tmp_path}"):
        status, output = await quart("migrate", tmp_path, {"DATABASE_URL": url})
        assert status != 0
        assert output.startswith("beseda: DATABASE_URL: ")
    assert modes(tmp_path)["notes.txt"] == "644"


def test_file_of_somebody_else_is_no_reason_to_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the owner may change a mode; whoever runs the tests as root may always."""
    (tmp_path / "secret_key").touch(mode=0o644)

    def refuse(self: Path, mode: int) -> None:
        raise PermissionError(1, f"no {mode:o} for", str(self))

    monkeypatch.setattr(Path, "chmod", refuse)
    with capture_logs() as lines:
        keep_private("postgres://localhost/x", tmp_path)
    assert {line["event"] for line in lines} == {"readable_by_others"}
    assert {line["log_level"] for line in lines} == {"warning"}
