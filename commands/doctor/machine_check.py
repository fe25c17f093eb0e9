"""Versions, and who may read and write the files."""

import os
import platform
import re
import shutil
import stat
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from commands.doctor.finding import Finding, amount, failure, ok, warning
from config import INSTANCE, VERSION, Settings
from private_files import BESIDE, OTHERS, sqlite_path

ROOT = Path(__file__).resolve().parents[2]
PIN = re.compile(r"^([\w.-]+)(?:\[\w+\])?==([\w.]+)", re.MULTILINE)
# Less room than this on a disk is soon none.
LOW_BYTES, LOW_SHARE = 1 << 30, 0.05


def check_versions() -> Iterator[Finding]:
    """Beseda, Python, and the packages that requirements.txt names."""
    yield ok("version", f"Beseda {VERSION}, Python {platform.python_version()}")
    pins = dict(PIN.findall((ROOT / "requirements.txt").read_text("utf-8")))
    others = {name: found for name, pin in pins.items() if (found := _version(name)) != pin}
    if others:
        listed = ", ".join(f"{name} {found}" for name, found in others.items())
        advice = ".venv/bin/pip install -r requirements.txt -c constraints.txt"
        yield failure("version", f"not as in requirements.txt: {listed}", advice)
    else:
        yield ok("version", f"{len(pins)} packages are those of requirements.txt")


def check_files(settings: Settings) -> Iterator[Finding]:
    """Owner, mode and room of what Beseda keeps."""
    database = sqlite_path(settings.database_url)
    folders = [INSTANCE, settings.export_folder.parent]
    if "://" not in settings.files_url:
        folders.append(Path(settings.files_url).parent)
    private = [INSTANCE, INSTANCE / "secret_key"]
    if database:
        private += [database, *(database.with_name(database.name + end) for end in BESIDE)]
        folders.append(database.parent)
    wrong = [each for path in dict.fromkeys(private) for each in _rights(path)]
    wrong += [each for path in dict.fromkeys(folders) for each in _writable(path)]
    yield from wrong or [ok("files", f"{INSTANCE.absolute()} is readable to its owner alone")]
    for path in {path.stat().st_dev: path for path in folders if path.exists()}.values():
        yield _room(path)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "is missing"


def _rights(path: Path) -> Iterator[Finding]:
    if not path.exists():
        return
    about = path.stat()
    if about.st_mode & OTHERS:
        mode = stat.S_IMODE(about.st_mode)
        yield failure("files", f"others may use {path} ({mode:04o})", f"chmod go= {path}")
    if about.st_uid != os.geteuid():
        yield warning(
            "files",
            f"{path} belongs to the user {about.st_uid}, this runs as {os.geteuid()}",
            f"Run it as that user: sudo -u '#{about.st_uid}' … doctor.",
        )


def _writable(path: Path) -> Iterator[Finding]:
    if not path.exists():
        yield warning("files", f"there is no folder {path}", "A start makes it, if it may.")
    elif not os.access(path, os.W_OK | os.X_OK):
        yield failure("files", f"cannot write to {path}", f"chown it: {path} has to be Beseda's.")


def _room(path: Path) -> Finding:
    disk = shutil.disk_usage(path)
    says = f"{amount(disk.free)} of {amount(disk.total)} are free at {path}"
    if disk.free < LOW_BYTES or disk.free < LOW_SHARE * disk.total:
        advice = "On a full disk nothing is stored: make room, or `sweep` and retention of rooms."
        return warning("disk", says, advice)
    return ok("disk", says)
