"""The files that belong to a database: those of messages, pictures of rooms and people, the secret
key.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from commands.keeping.facts import FileFacts
from commands.keeping.folder import KeepError
from commands.keeping.manifest import KeptFile
from config import INSTANCE, Settings
from services.files import THUMBNAIL
from services.pictures import FOLDER as PICTURES
from services.storage import FolderStorage

FILES, AVATARS, SECRET = "files", "avatars", "secret_key"
_PART = 1 << 20


def is_bucket(settings: Settings) -> bool:
    """Whether the files of messages are in S3."""
    return settings.files_url.startswith("s3://")


def bucket_of(settings: Settings) -> str:
    """Which bucket, without what opens it; "" for a folder."""
    if not is_bucket(settings):
        return ""
    return "s3://" + settings.files_url.rpartition("@")[2].partition("?")[0]


def place_of(settings: Settings, path: str) -> Path:
    """Where a file of a backup belongs on this machine.

    Raises:
        KeepError: a backup that we have made has no such file.
    """
    kind, _, rest = path.partition("/")
    is_known = path == SECRET or kind in {FILES, AVATARS}
    if not is_known or ".." in Path(path).parts:
        raise KeepError(f"{path} is no file of a backup")
    if kind == FILES:
        return Path(settings.files_url) / rest
    return PICTURES / rest if kind == AVATARS else INSTANCE / SECRET


def of_messages(settings: Settings, facts: Iterable[FileFacts]) -> Iterator[tuple[str, str, Path]]:
    """Of each file that the database knows its key, its path in a backup, and where it is."""
    storage = FolderStorage(Path(settings.files_url))
    for each in facts:
        for key in (each.key, f"{each.key}{THUMBNAIL}")[: 1 + each.has_thumbnail]:
            yield each.key, f"{FILES}/{key[:2]}/{key}", storage.path(key)


def besides() -> Iterator[tuple[str, Path]]:
    """The other files: each with its path in a backup."""
    if PICTURES.exists():
        for path in sorted(PICTURES.iterdir()):
            if path.is_file():
                yield f"{AVATARS}/{path.name}", path
    if (INSTANCE / SECRET).exists():
        yield SECRET, INSTANCE / SECRET


def copy(source: Path, target: Path, path: str) -> KeptFile:
    """Copy a file, for our eyes only; it is there whole, or not at all.

    Raises:
        OSError: it is not there, or the disk is full.
    """
    digest, size = hashlib.sha256(), 0
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.copying")
    with source.open("rb") as read:
        descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as write:
            while part := read.read(_PART):
                digest.update(part)
                write.write(part)
                size += len(part)
    draft.replace(target)
    return KeptFile(path, size, digest.hexdigest())


def problem_of(folder: Path, file: KeptFile) -> str | None:
    """What is wrong with a file of a backup."""
    try:
        with (folder / file.path).open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        return f"{file.path}: {error.strerror}"
    return None if digest == file.sha256 else f"{file.path}: it is not what was stored"


def check_free(settings: Settings, files: Iterable[KeptFile]) -> None:
    """Whether nothing is there but what this backup has put there.

    Raises:
        KeepError: names what there is.
    """
    ours = {place_of(settings, file.path).resolve() for file in files}
    for folder in {PICTURES, *([] if is_bucket(settings) else [Path(settings.files_url)])}:
        for path in folder.rglob("*"):
            if path.is_file() and path.resolve() not in ours and path.suffix != ".copying":
                raise KeepError(f"{folder} is not empty: {path.relative_to(folder)} is there")
