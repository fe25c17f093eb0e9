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


def target_of(path: Path, *, is_kept: bool = False) -> Path:
    """Where a backup goes: the path, or in a folder that is there, or for backups of which some are
    kept, one named by the time (UTC).
    """
    if not path.exists() and not is_kept:
        return path
    if (path / MANIFEST).exists() or (path.exists() and not path.is_dir()):
        raise KeepError(f"{path} is there already")
    return path / f"{_NAMED}{datetime.now(UTC):%Y%m%dT%H%M%SZ}"


def older(target: Path, kept: int) -> list[Path]:
    """Backups beside this one, named in the same way, but for the latest `kept`, of which this is
    one: others may bear a later time, of a clock that was wrong.
    """
    found = sorted(path.parent for path in target.parent.glob(f"{_NAMED}*Z/{MANIFEST}"))
    others = [path for path in found if path != target]
    return others[: max(0, len(others) - kept + 1)]


def remove(path: Path) -> None:
    """Remove a backup; of one that was killed meanwhile the next one removes the rest."""
    left = path.rename(path.with_name(f".{path.name}.removed{_UNFINISHED}"))
    shutil.rmtree(left)


def check_room_for(size: int, folder: Path) -> None:
    """Whether so many bytes may be written there, with a tenth to spare: a full disk would keep a
    server from storing messages.

    Raises:
        KeepError: says how many are free.
    """
    needed, free = size + size // 10, shutil.disk_usage(folder).free
    if free < needed:
        raise KeepError(f"{needed} bytes of disk are needed in {folder}, {free} are free")


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
