"""Making a backup of what is there at one moment, while Beseda serves."""

import contextlib
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from commands.keeping import files
from commands.keeping.checked import check_copy
from commands.keeping.facts import Facts, facts_of
from commands.keeping.folder import KeepError, check_room_for, unfinished
from commands.keeping.manifest import DATABASES, POSTGRES, SQLITE, KeptFile, Manifest
from commands.keeping.opening import file_keys, opened, write
from commands.keeping.postgres_source import PostgresSource
from commands.keeping.postgres_tools import ToolError, run_tool
from commands.keeping.progress import progress
from commands.keeping.sqlite_source import SqliteSource
from config import VERSION, Settings
from private_files import make_file, sqlite_path

# Pages of the database that are copied between two looks at the progress: 8 MB.
PAGES = 2_048
NOTE = "last_backup_at"


async def back_up(settings: Settings, target: Path) -> Manifest:
    """Make one, compare it, and give it its name.

    Raises:
        KeepError: nothing was made.
    """
    try:
        with unfinished(target) as folder:
            if path := sqlite_path(settings.database_url):
                check_room_for(path.stat().st_size if path.exists() else 0, folder)
            manifest = await _fill(settings, folder)
            manifest.write(folder)
    except (OSError, ToolError, sqlite3.Error) as error:
        raise KeepError(f"no backup was made: {error}") from None
    if "site_setting" in manifest.facts.tables:  # An early version has none.
        await _note(settings, manifest.made_at)
    return manifest


async def _fill(settings: Settings, folder: Path) -> Manifest:
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    async with opened(settings.database_url) as source:
        kind = SQLITE if isinstance(source, SqliteSource) else POSTGRES
        tables = await source.tables()
        with progress("reading", [await source.count(table) for table in tables]) as step:
            facts = await facts_of(source, tables, step)
        await _copy_database(source, settings, folder / DATABASES[kind])
    manifest = Manifest(made_at, VERSION, kind, tables, facts, [])
    await check_copy(folder, manifest)
    kept = _copy_files(settings, folder, facts)
    manifest.files = kept
    manifest.bucket = files.bucket_of(settings)
    manifest.missing = await _missing(settings, facts, kept)
    facts.files = []  # They are in the table, and in `files`.
    return manifest


async def _copy_database(
    source: SqliteSource | PostgresSource, settings: Settings, target: Path
) -> None:
    if isinstance(source, SqliteSource):
        make_file(target)
        with closing(sqlite3.connect(target)) as copy, progress("copying") as bar:
            source.connection.backup(
                copy, pages=PAGES, progress=lambda _, left, all_: bar.reach(all_ - left, all_)
            )
        return
    snapshot = await source.snapshot()
    options = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}")
    run_tool("pg_dump", settings.database_url, *options, f"--file={target}")


def _copy_files(settings: Settings, folder: Path, facts: Facts) -> list[KeptFile]:
    wanted = list(files.besides())
    if not files.is_bucket(settings):
        wanted += [(path, place) for _, path, place in files.of_messages(settings, facts.files)]
    kept = []
    with progress("files", [len(wanted)]) as step:
        for path, place in wanted:
            with contextlib.suppress(FileNotFoundError):  # It may have been deleted meanwhile.
                kept.append(files.copy(place, folder / path, path))
            step(1)
    return kept


async def _missing(settings: Settings, facts: Facts, kept: list[KeptFile]) -> list[str]:
    """Files that are still in the database. Others were deleted since the moment of the backup."""
    if files.is_bucket(settings):
        return []
    there = {file.path for file in kept}
    lacking = {
        key for key, path, _ in files.of_messages(settings, facts.files) if path not in there
    }
    if not lacking:
        return []
    return sorted(lacking & await file_keys(settings.database_url))


async def _note(settings: Settings, made_at: str) -> None:
    value = msgspec.json.encode(made_at).decode()
    sql = (
        f"INSERT INTO site_setting (name, value) VALUES ('{NOTE}', '{value}')"  # noqa: S608
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    )
    try:
        await write(settings.database_url, sql)
    except Exception as error:
        raise KeepError(f"the backup is made, but the database cannot note it: {error}") from None
