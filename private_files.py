"""Who may read what Beseda keeps: nobody but the user that it runs as."""

import contextlib
import os
import secrets
import stat
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

OTHERS = 0o077  # What group and others may do.
# SQLite's own files beside a database, and the lock of `migrate`.
BESIDE = ("-wal", "-shm", "-journal", ".migrating")


def sqlite_path(url: str) -> Path | None:
    """The file of a DATABASE_URL; None for a database that is a server."""
    if not url.startswith("sqlite://"):
        return None
    return Path(url.removeprefix("sqlite://").partition("?")[0])


def make_folder(path: Path) -> None:
    """Make the folder, for our eyes only. One that is there is left as it is."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def make_file(path: Path) -> None:
    """Make an empty file, for our eyes only; SQLite gives those beside it the same mode. Where it
    is there, or cannot be made, SQLite says what there is to say.
    """
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def kept_secret(path: Path) -> str:
    """The secret in this file, which is made when it is first asked for."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32))
        try:
            # A hard link is made whole or not at all, so that of two starting processes both
            # read the key of the one that was first.
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def keep_private(url: str, instance: Path) -> None:
    """Take away what others may do with the database of this URL, if it is a file, and with
    `instance` and what we keep there. Folders elsewhere may be shared: they stay.

    Only for a database that has been opened: a mistyped URL can name any file.
    """
    ours = [instance, instance / "secret_key"]
    if path := sqlite_path(url):
        ours += [path, *(path.with_name(path.name + end) for end in BESIDE)]
    for each in ours:
        _restrict(each)


def _restrict(path: Path) -> None:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if not mode & OTHERS:
            return
        path.chmod(mode & ~OTHERS)
    except FileNotFoundError:
        return
    except OSError as error:
        log.warning("readable_by_others", path=str(path), error=str(error))
    else:
        log.info("closed_to_others", path=str(path), was=f"{mode:04o}")
