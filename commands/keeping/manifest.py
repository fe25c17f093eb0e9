"""What a backup says of itself: backup.json."""

from pathlib import Path

import msgspec
from msgspec import Struct

from commands.keeping.facts import Facts
from commands.keeping.folder import MANIFEST, KeepError
from commands.keeping.tables import Table

FORMAT = 1
SQLITE, POSTGRES = "sqlite", "postgres"
DATABASES = {SQLITE: "database.sqlite3", POSTGRES: "database.dump"}


class KeptFile(Struct):
    """A file of the backup, by its path in it."""

    path: str
    bytes: int
    sha256: str


class Manifest(Struct):
    """All there is to compare. `bucket`: the files of messages are in S3 (without its secrets), and
    not here. `missing`: keys of files that are in the database, and were not in the folder.
    """

    made_at: str
    version: str
    database: str
    tables: list[Table]
    facts: Facts
    files: list[KeptFile]
    missing: list[str] = []
    bucket: str = ""
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Make it a backup."""
        (folder / MANIFEST).write_bytes(msgspec.json.encode(self))

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Of this backup.

        Raises:
            KeepError: it is none, or one that a later version has made.
        """
        try:
            manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=cls)
        except FileNotFoundError:
            raise KeepError(f"{folder} is no backup: it has no {MANIFEST}") from None
        except msgspec.MsgspecError as problem:
            raise KeepError(f"{folder / MANIFEST} cannot be read: {problem}") from None
        if manifest.format > FORMAT:
            raise KeepError(f"{folder} was made by a later version, {manifest.version}")
        return manifest
