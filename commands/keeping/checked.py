"""Whether a backup is what was stored: it is opened, and read whole."""

import sqlite3
from contextlib import closing
from pathlib import Path

from commands.keeping import files
from commands.keeping.dump_source import DumpSource
from commands.keeping.facts import differences, facts_of
from commands.keeping.folder import KeepError
from commands.keeping.manifest import DATABASES, SQLITE, Manifest
from commands.keeping.postgres_tools import ToolError
from commands.keeping.progress import progress
from commands.keeping.sqlite_source import SqliteSource

SHOWN = 10


async def check_copy(folder: Path, manifest: Manifest) -> None:
    """Compare the database in this backup with what was noted of the original.

    Raises:
        KeepError: it cannot be read, or is another one.
    """
    path = folder / DATABASES[manifest.database]
    try:
        if manifest.database == SQLITE:
            source: SqliteSource | DumpSource = SqliteSource(path, is_still=True)
            _check_pages(path)
        else:
            source = DumpSource(path, manifest.tables)
        rows = [each.rows for each in manifest.facts.tables.values()]
        with progress("comparing", rows) as step:
            found = await facts_of(source, manifest.tables, step)
    except (sqlite3.Error, ToolError, ValueError, OSError) as error:
        raise KeepError(f"{path.name} cannot be read: {error}") from None
    refuse(f"{path.name} is not what was stored", differences(manifest.facts, found))


def _check_pages(path: Path) -> None:
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        said = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
    if said != ["ok"]:
        raise KeepError(f"{path.name} is damaged: {'; '.join(said)}")


async def check_backup(folder: Path) -> Manifest:
    """Compare all of a backup with what was noted when it was made.

    Raises:
        KeepError: says what is not as it was.
    """
    manifest = Manifest.read(folder)
    await check_copy(folder, manifest)
    problems: list[str] = []
    with progress("files", [len(manifest.files)]) as step:
        for file in manifest.files:
            problems += filter(None, [files.problem_of(folder, file)])
            step(1)
    refuse("files are not what was stored", problems)
    return manifest


def refuse(what: str, problems: list[str]) -> None:
    """Raise KeepError when there are any."""
    if problems:
        more = [f"and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else []
        raise KeepError("\n  ".join([f"{what}:", *problems[:SHOWN], *more]))
