"""`quart --app app import`: people, rooms and messages from another chat."""

import asyncio
from pathlib import Path

import click
from tortoise.exceptions import BaseORMException

from commands.importing.items import BadExportError, Format
from commands.importing.report import Report, printable
from commands.importing.run import Options, import_export
from config import BadSetting, Settings, tortoise_config
from models import Refusal
from models.database import DatabaseUnusable, close_database, open_database

NAME_MAX = 24
_PATH = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("file", type=_PATH)
@click.option(
    "--format",
    "form",
    type=click.Choice(["slack", "mattermost", "campfire"]),
    help="Where it comes from; else what it looks like.",
)
@click.option("--dry-run", "is_dry", is_flag=True, help="Count everything, and change nothing.")
@click.option("--map", "people", type=_PATH, help="A CSV: somebody there, their account here.")
@click.option(
    "--match-usernames",
    is_flag=True,
    help="Whoever has a name there is who has it here. Only where nobody could have taken it.",
)
@click.option("--name", default="", help="Tells two servers of the same kind apart.")
def import_history(
    file: Path,
    form: Format | None,
    is_dry: bool,
    people: Path | None,
    match_usernames: bool,
    name: str,
) -> None:
    """Import people, rooms and messages from an export of Slack (zip), Mattermost (bulk export) or
    ONCE Campfire (its database). A second run adds what the first has not.
    """
    if len(name) > NAME_MAX or not name.isprintable():
        raise click.BadParameter(f"at most {NAME_MAX} characters", param_hint="--name")
    options = Options(form, is_dry, people, match_usernames, name)
    try:
        report = asyncio.run(_run(file, options))
    except BadExportError as problem:
        raise click.ClickException(printable(str(problem))) from None
    except (BaseORMException, Refusal) as problem:
        said = " ".join(str(problem).split())
        raise click.ClickException(f"the database: {said}. Run it again to go on.") from None
    for line in report.lines(is_dry=is_dry):
        click.echo(line)


async def _run(file: Path, options: Options) -> Report:
    try:
        await open_database(tortoise_config(Settings.from_environment()))
    except DatabaseUnusable as problem:
        raise BadSetting("DATABASE_URL", str(problem)) from None
    try:
        return await import_export(file, options, _say)
    finally:
        await close_database()


def _say(line: str) -> None:
    """Progress goes to standard error: the report alone is the output."""
    click.echo(line, err=True)
