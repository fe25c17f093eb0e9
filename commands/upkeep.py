"""`quart --app app prune` and `vacuum`: what is of no use any more, and the disk that it took."""

import time
from pathlib import Path

import click

from commands.backup import run
from commands.keeping.folder import KeepError
from commands.keeping.pruning import orphans, prune_expired
from commands.keeping.vacuuming import vacuum as vacuum_database
from config import Settings, tortoise_config
from models.database import DatabaseUnusable, close_database, open_database


@click.command("prune")
@click.option("--files", is_flag=True, help="Also files in the folder that no message has.")
def prune(files: bool) -> None:
    """Delete logins and links that have expired, while Beseda serves.

    Messages, the audit log and whatever else people see stay: servers delete by themselves what is
    kept for a time.
    """
    counts, found = run(_prune(Settings.from_environment()))
    click.echo(", ".join(f"{table}: {count}" for table, count in counts.items()))
    size = sum(path.stat().st_size for path in found)
    what = f"{len(found)} files of {size} bytes that no message has"
    if not files:
        click.echo(f"{what}: --files removes them" if found else what)
        return
    for path in found:
        path.unlink(missing_ok=True)
    click.echo(f"{what} were removed")


async def _prune(settings: Settings) -> tuple[dict[str, int], list[Path]]:
    try:
        await open_database(tortoise_config(settings))
    except DatabaseUnusable as problem:
        raise KeepError(f"DATABASE_URL: {problem}") from None
    try:
        return await prune_expired(), await orphans(settings)
    finally:
        await close_database()


@click.command("vacuum")
@click.option("--full", is_flag=True, help="Write PostgreSQL's tables anew; everybody waits.")
def vacuum(full: bool) -> None:
    """Give back the disk that is free in the database.

    SQLite writes the file anew: it needs twice its size for a while, and who writes waits.
    """
    started = time.monotonic()
    before, after = run(vacuum_database(Settings.from_environment().database_url, full=full))
    click.echo(f"{before} bytes before, {after} after, in {time.monotonic() - started:.1f} s")
