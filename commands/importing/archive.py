"""Reading files that somebody else has made: nothing is unpacked to disk, and all has a limit."""

import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, TypeVar
from zipfile import BadZipFile, ZipFile, ZipInfo

import msgspec

from commands.importing.items import BadExportError

T = TypeVar("T")

FILE_MAX = 64 << 20  # Of a file that is read as a whole: one day of a channel, or all people.
LINE_MAX = 16 << 20
TOTAL_MAX = 64 << 30
ENTRIES_MAX = 2_000_000
# JSON becomes a tenth or a fiftieth; what is a thousand times as large is meant to fill a disk.
RATIO_MAX, RATIO_FROM = 250, 1 << 20

BROKEN = (BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError)
NO_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
SQLITE, ZIP = b"SQLite format 3\x00", b"PK\x03\x04"
_BOM = b"\xef\xbb\xbf"


class Archive:
    """A zip file."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = ZipFile(path)
        except (*BROKEN, OSError, ValueError) as problem:
            raise BadExportError(f"{path}: no zip file: {problem}") from None
        entries = [each for each in self._zip.infolist() if not each.is_dir()]
        if len(entries) > ENTRIES_MAX or sum(each.file_size for each in entries) > TOTAL_MAX:
            raise BadExportError(f"{path}: it is larger than {TOTAL_MAX >> 30} GiB unpacked")
        self.unsafe = [each.filename for each in entries if not _is_safe(each.filename)]
        self.entries = {each.filename: each for each in entries if _is_safe(each.filename)}

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def read(self, name: str) -> bytes | None:
        """A file as a whole; None where it is too large.

        Raises:
            One of BROKEN.
        """
        entry = self.entries[name]
        if entry.file_size > FILE_MAX or _is_bomb(entry):
            return None
        return self._zip.read(entry).removeprefix(_BOM)

    def open(self, name: str) -> IO[bytes]:
        """A file that is read line by line."""
        entry = self.entries[name]
        if _is_bomb(entry):
            raise BadExportError(f"{name}: it is packed as no text is")
        try:
            return self._zip.open(entry)
        except BROKEN as problem:
            raise BadExportError(f"{name}: {problem}") from None


def lines(source: IO[bytes], name: str) -> Iterator[tuple[int, bytes | None]]:
    """Each line with its number; None for one that is too long."""
    number = 0
    try:
        while line := source.readline(LINE_MAX):
            number += 1
            if len(line) < LINE_MAX or line.endswith(b"\n"):
                yield number, line.removeprefix(_BOM) if number == 1 else line
                continue
            while (rest := source.readline(LINE_MAX)) and not rest.endswith(b"\n"):
                pass
            yield number, None
    except (*BROKEN, OSError) as problem:
        raise BadExportError(f"{name}: broken after line {number}: {problem}") from None


def decoded(data: bytes, decoder: msgspec.json.Decoder[T]) -> T | None:
    """What it says; None for what is not in this form."""
    try:
        return decoder.decode(data)
    except NO_JSON:
        return None


def _is_safe(name: str) -> bool:
    path = PurePosixPath(name)
    is_inside = not path.is_absolute() and ".." not in path.parts
    return is_inside and "\\" not in name and ":" not in path.parts[0]


def _is_bomb(entry: ZipInfo) -> bool:
    return entry.file_size > RATIO_FROM and entry.file_size > RATIO_MAX * entry.compress_size
