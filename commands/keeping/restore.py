"""Putting a backup back, where nothing is."""

import os
import sqlite3
from pathlib import Path

from commands.keeping import files
from commands.keeping.checked import check_backup, refuse
from commands.keeping.facts import differences, facts_of
from commands.keeping.folder import KeepError
from commands.keeping.manifest import DATABASES, SQLITE, Manifest
from commands.keeping.opening import opened
from commands.keeping.postgres_tools import ToolError, run_tool
from commands.keeping.progress import progress
from config import Settings
from models.migrate import connect_options
from private_files import BESIDE, make_folder, sqlite_path


async def restore(settings: Settings, folder: Path) -> Manifest:
    """Check the backup, put its files back, and the database last: before that nothing serves.

    Raises:
        KeepError: the backup is damaged, something is there already, or the disk is full. It may be
            run again.
    """
    manifest = await check_backup(folder)
    await _check_empty(settings, manifest)
    try:
        _put_files_back(settings, folder, manifest)
        _put_database_back(settings, folder / DATABASES[manifest.database])
    except (OSError, ToolError) as error:
        raise KeepError(f"it was not restored: {error}") from None
    await _compare(settings, manifest)
    return manifest


async def _check_empty(settings: Settings, manifest: Manifest) -> None:
    path = sqlite_path(settings.database_url)
    if (path is not None) != (manifest.database == SQLITE):
        raise KeepError(f"DATABASE_URL: the backup is of {manifest.database}, this is another one")
    if files.is_bucket(settings) and not manifest.bucket:
        raise KeepError("FILES_URL: the backup has the files of a folder, this is a bucket")
    if path is None or path.exists():
        async with opened(settings.database_url) as source:
            if await source.tables():
                raise KeepError("DATABASE_URL: the database is not empty")
    if path:
        _check_nothing_beside(path)
    files.check_free(settings, manifest.files)


def _check_nothing_beside(path: Path) -> None:
    for ending in BESIDE:
        beside = path.with_name(path.name + ending)
        if beside.exists() and beside.stat().st_size:
            raise KeepError(f"DATABASE_URL: {beside} is there already")


def _put_files_back(settings: Settings, folder: Path, manifest: Manifest) -> None:
    with progress("files", [len(manifest.files)]) as step:
        for file in manifest.files:
            place = files.place_of(settings, file.path)
            if file.path != files.SECRET or not place.exists():
                files.copy(folder / file.path, place, file.path)
            step(1)


def _put_database_back(settings: Settings, source: Path) -> None:
    path = sqlite_path(settings.database_url)
    if path is None:
        name = connect_options(settings.database_url)["database"]
        options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
        run_tool("pg_restore", settings.database_url, *options, f"--dbname={name}", str(source))
        return
    make_folder(path.parent)
    files.copy(source, path, path.name)
    os.sync()


async def _compare(settings: Settings, manifest: Manifest) -> None:
    try:
        async with opened(settings.database_url) as source:
            rows = [each.rows for each in manifest.facts.tables.values()]
            with progress("comparing", rows) as step:
                found = await facts_of(source, await source.tables(), step)
    except sqlite3.Error as error:
        raise KeepError(f"the restored database cannot be read: {error}") from None
    refuse("what was restored is not what was stored", differences(manifest.facts, found))
