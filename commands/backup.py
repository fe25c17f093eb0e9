"""`quart --app app backup`, `restore` and `verify`."""

import asyncio
import os
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import click

from commands.keeping import folder as folders
from commands.keeping.backup import back_up
from commands.keeping.checked import check_backup
from commands.keeping.folder import KeepError
from commands.keeping.manifest import Manifest
from commands.keeping.restore import restore as put_back
from commands.keeping.soundness import SHOWN, check_database
from config import INSTANCE, Settings
from private_files import keep_private

T = TypeVar("T")
_PATH = click.Path(path_type=Path)


@click.command("backup")
@click.argument("target", type=_PATH)
@click.option("--keep", type=click.IntRange(1), help="Of those in the folder keep the latest.")
def backup(target: Path, keep: int | None) -> None:
    """Make a backup of the database and of its files, while Beseda serves.

    TARGET is a folder to be made; in one that is there, and with --keep, it is named by the time.
    """
    started = time.monotonic()
    settings = Settings.from_environment()
    made, manifest = run(_back_up(settings, target, is_kept=keep is not None))
    click.echo(f"{made}: {described(manifest)}, in {time.monotonic() - started:.1f} s")
    if manifest.bucket:
        click.echo(f"The files of messages are in {manifest.bucket}, and not in the backup.")
    for key in manifest.missing:
        click.echo(f"The file {key} is in the database, and not in the folder.", err=True)
    if keep:
        _forget(made, keep)


async def _back_up(settings: Settings, path: Path, *, is_kept: bool) -> tuple[Path, Manifest]:
    target = folders.target_of(path, is_kept=is_kept)
    return target, await back_up(settings, target)


def _forget(made: Path, keep: int) -> None:
    try:
        for path in folders.older(made, keep):
            folders.remove(path)
            click.echo(f"{path} was removed")
    except OSError as error:
        raise click.ClickException(f"an older backup is not removed: {error}") from None


@click.command("restore")
@click.argument("source", type=_PATH)
def restore(source: Path) -> None:
    """Put a backup back, where neither a database nor files are. No server may run."""
    settings = Settings.from_environment()
    manifest = run(put_back(settings, source))
    keep_private(settings.database_url, INSTANCE)
    click.echo(f"restored: {described(manifest)}. Run `migrate` before the next start.")


@click.command("verify")
@click.argument("source", type=_PATH, required=False)
def verify(source: Path | None) -> None:
    """Check a backup; without one the database and the files that Beseda serves from."""
    if source:
        manifest = run(check_backup(source))
        click.echo(f"{source}: {described(manifest)}; all is as it was stored")
        return
    is_sound = True
    for name, problems in run(check_database(Settings.from_environment())):
        click.echo(f"{'NOT SO' if problems else 'ok'}: {name}")
        for problem in problems[:SHOWN]:
            click.echo(f"  {problem}")
        if len(problems) > SHOWN:
            click.echo(f"  and {len(problems) - SHOWN} more")
        is_sound = is_sound and not problems
    if not is_sound:
        raise click.ClickException("the database is not as it should be")


def described(manifest: Manifest) -> str:
    """What is in a backup, in a few words."""
    rooms = manifest.facts.rooms.values()
    messages = sum(room.messages for room in rooms)
    size = sum(file.bytes for file in manifest.files)
    return (
        f"{len(rooms)} rooms, {messages} messages, {len(manifest.files)} files of {size} bytes,"
        f" as of {manifest.made_at}"
    )


def run(work: Coroutine[Any, Any, T]) -> T:
    """Do it; what it makes is for our eyes only. What it cannot do is one line."""
    before = os.umask(0o077)
    try:
        return asyncio.run(work)
    except KeepError as problem:
        raise click.ClickException(str(problem)) from None
    finally:
        os.umask(before)
