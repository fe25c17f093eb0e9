"""The folder of a backup: it has its name only when it is whole."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

MANIFEST = "backup.json"
_UNFINISHED = ".unfinished"
_NAMED = "beseda-"


class KeepError(Exception):
    """Says in one line why it was not done."""


def target_of(path: Path) -> Path:
    """Where a backup goes: the path, or in a folder that is there one named by the time (UTC)."""
    if not path.exists():
        return path
    if (path / MANIFEST).exists() or not path.is_dir():
        raise KeepError(f"{path} is there already")
    return path / f"{_NAMED}{datetime.now(UTC):%Y%m%dT%H%M%SZ}"


def older(target: Path, kept: int) -> list[Path]:
    """Backups beside this one, named in the same way, but for the latest `kept`."""
    if not target.name.startswith(_NAMED):
        raise KeepError("--keep is for a folder of backups that are named by their time")
    found = sorted(path.parent for path in target.parent.glob(f"{_NAMED}*Z/{MANIFEST}"))
    return found[:-kept]


def remove(path: Path) -> None:
    """Remove a backup; killed in between it is none any more."""
    (path / MANIFEST).unlink()
    shutil.rmtree(path)


@contextmanager
def unfinished(target: Path) -> Iterator[Path]:
    """A folder beside the target that gets its name when all is on the disk, and is gone when
    anything fails. What a killed one has left is removed.
    """
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove_left(target.parent)
    folder = Path(tempfile.mkdtemp(_UNFINISHED, f".{target.name}.", target.parent))
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
        os.sync()
        _rename(folder, target)
        os.sync()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        os.close(lock)


def _rename(folder: Path, target: Path) -> None:
    if target.exists():
        raise KeepError(f"{target} is there already")
    folder.rename(target)


def _remove_left(parent: Path) -> None:
    for path in parent.glob(f".*{_UNFINISHED}"):
        lock = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path)
        except BlockingIOError:
            pass  # Another backup is being made.
        finally:
            os.close(lock)
