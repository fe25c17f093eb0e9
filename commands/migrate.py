"""`quart --app app migrate`: prepares the database, or brings it up to date."""

import asyncio

import click

from commands.backup import run
from commands.keeping.rehearsal import Rehearsal
from commands.keeping.rehearsal import rehearse as rehearse_migrations
from config import INSTANCE, BadSetting, Settings, tortoise_config
from models.migrate import migrate as migrate_database
from private_files import keep_private

SHOWN = 20


@click.command("migrate")
@click.option("--rehearse", is_flag=True, help="On a copy, which is gone afterwards.")
def migrate(rehearse: bool) -> None:
    """Prepare the database, or bring it up to date."""
    settings = Settings.from_environment()
    if rehearse:
        _tell(run(rehearse_migrations(settings)))
        return
    try:
        asyncio.run(migrate_database(tortoise_config(settings)))
        keep_private(settings.database_url, INSTANCE)
    except BadSetting:
        raise
    except Exception as error:
        raise BadSetting("DATABASE_URL", f"cannot prepare the database: {error}") from None


def _tell(found: Rehearsal) -> None:
    click.echo(f"{len(found.migrations)} migrations, {found.seconds:.1f} s on the copy")
    _list("migration", found.migrations)
    _list("new", found.added)
    _list("gone", found.removed)
    _list("other rows", found.changed)
    if not found.changed:
        click.echo(f"all {found.rooms} rooms, and whatever else was there, are as they were")


def _list(what: str, lines: list[str]) -> None:
    for line in lines[:SHOWN]:
        click.echo(f"{what}: {line}")
    if len(lines) > SHOWN:
        click.echo(f"{what}: and {len(lines) - SHOWN} more")
