"""`quart --app app verify-export`: whether the export of a room is as it was made."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile

import click

from models.hash_chain import BrokenChainError, verify

LINES = "messages.jsonl"
# A line has one message, of 4,000 characters at most, each of six bytes.
LINE_MAX = 1 << 20
# What reading says of a zip that is none, was damaged, is encrypted, or packed in another way.
NO_EXPORT = (KeyError, BadZipFile, OSError, EOFError, zlib.error, RuntimeError)


@click.command("verify-export")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify_export(file: Path) -> None:
    """Check the hash chain of an exported room: its zip, or the messages.jsonl in it. Compare the
    last hash with that in the audit log.
    """
    try:
        count, last = verify(_lines(file))
    except BrokenChainError as problem:
        raise click.ClickException(f"{file}: {problem}") from None
    except NO_EXPORT as problem:
        raise click.ClickException(f"{file}: it is no export of a room: {problem}") from None
    click.echo(f"{file}: {count} lines, nothing was changed. Last hash: {last}")


def _lines(file: Path) -> Iterator[bytes]:
    if file.suffix == ".zip":
        with ZipFile(file) as archive, archive.open(LINES) as packed:
            yield from _of(packed)
    else:
        with file.open("rb") as plain:
            yield from _of(plain)


def _of(source: IO[bytes]) -> Iterator[bytes]:
    while line := source.readline(LINE_MAX):
        yield line
