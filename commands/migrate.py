"""`quart --app app migrate`: prepares the database, or brings it up to date."""

import asyncio

import click

from config import INSTANCE, BadSetting, Settings, tortoise_config
from models.migrate import migrate as migrate_database
from private_files import keep_private


@click.command("migrate")
def migrate() -> None:
    """Prepare the database, or bring it up to date."""
    settings = Settings.from_environment()
    try:
        asyncio.run(migrate_database(tortoise_config(settings)))
        keep_private(settings.database_url, INSTANCE)
    except BadSetting:
        raise
    except Exception as error:
        raise BadSetting("DATABASE_URL", f"cannot prepare the database: {error}") from None
