"""`quart --app app copy-to postgres://…`: from a SQLite file to PostgreSQL."""

import asyncio

import click

from commands.backup import run
from commands.keeping.moving import copy_to as copy_all
from commands.search import rebuild_index
from config import Settings, tortoise_config


@click.command("copy-to")
@click.argument("url", envvar="COPY_TO_URL")
def copy_to(url: str) -> None:
    """Copy the SQLite database of DATABASE_URL to PostgreSQL, and compare both. No server may run.

    URL is written as DATABASE_URL is, and names an empty database; COPY_TO_URL in the environment
    does the same, unseen by others on the machine. What was killed goes on when it is run again.
    """
    target = Settings.from_environment({"DATABASE_URL": url}).database_url
    if target.startswith("sqlite"):
        raise click.ClickException("the URL has to begin with postgres://")
    count = run(copy_all(Settings.from_environment(), target))
    click.echo(f"{count} rows are there, and compared. Set DATABASE_URL to the new database.")
    asyncio.run(rebuild_index(tortoise_config(Settings(database_url=target)), resume=True))
