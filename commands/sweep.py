"""`quart --app app sweep`: takes deleted texts out of the database's files."""

import asyncio

import click

from config import BadSetting, Settings, tortoise_config
from models.database import DatabaseUnusable, close_database, open_database
from models.search_outdated import take_out_all
from models.sql.fast_path import sweep as sweep_database


@click.command("sweep")
@click.option("--full", is_flag=True, help="Write PostgreSQL's tables anew; everybody waits.")
def sweep(full: bool) -> None:
    """Take deleted and replaced texts out of the database's files."""
    if not asyncio.run(_sweep(full)):
        raise click.ClickException("another process reads the database: try again")


async def _sweep(full: bool) -> bool:
    try:
        await open_database(tortoise_config(Settings.from_environment()))
    except DatabaseUnusable as problem:
        raise BadSetting("DATABASE_URL", str(problem)) from None
    try:
        await take_out_all()
        return await sweep_database(full=full)
    finally:
        await close_database()
