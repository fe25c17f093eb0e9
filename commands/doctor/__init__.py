"""`quart --app app doctor`: looks whether everything is as it should be, and says what to do."""

import asyncio
import sys
from collections.abc import AsyncIterator

import click
import msgspec

from commands.doctor.database_check import check_database
from commands.doctor.finding import Finding, failure, one_line, warning
from commands.doctor.machine_check import check_files, check_versions
from commands.doctor.parts_check import check_mail, check_provider, check_redis, check_storage
from commands.doctor.settings_check import check_settings
from config import INSTANCE, Settings
from setting_parsers import base_url

MARKS = {"ok": "ok      ", "warning": "warning ", "failure": "failure "}
COLORS = {"ok": "green", "warning": "yellow", "failure": "red"}


def _address(_: click.Context, __: click.Parameter, typed: str | None) -> str | None:
    try:
        return base_url(typed) if typed else None
    except ValueError as problem:
        raise click.BadParameter(str(problem)) from None


@click.command("doctor")
@click.option(
    "--url", callback=_address, help="Where people reach the site, in the place of BASE_URL."
)
@click.option("--json", "as_json", is_flag=True, help="As one JSON object, for programs.")
def doctor(url: str | None, as_json: bool) -> None:
    """Look whether everything is as it should be; of what is not, say what to do.

    Run it with the environment and as the user of the service. What it stores, a file to try the
    storage, it deletes. Ends with 1 where there is a failure.
    """
    found = asyncio.run(_collect(Settings.from_environment(), url, quiet=as_json))
    counts = {state: sum(each.state == state for each in found) for state in ("warning", "failure")}
    if as_json:
        said = {"failures": counts["failure"], "warnings": counts["warning"], "findings": found}
        click.echo(msgspec.json.format(msgspec.json.encode(said)))
    else:
        click.echo(f"{counts['failure']} failures, {counts['warning']} warnings.")
    sys.exit(1 if counts["failure"] else 0)


async def _collect(settings: Settings, url: str | None, *, quiet: bool) -> list[Finding]:
    found = []
    async for finding in _findings(settings, url or settings.base_url):
        found.append(finding)
        if not quiet:
            click.echo(_shown(finding))
    return found


def _shown(finding: Finding) -> str:
    mark = click.style(MARKS[finding.state], fg=COLORS[finding.state])
    line = f"{mark} {finding.check:<12} {finding.says}"
    return f"{line}\n{'':<9} {'→ ' + finding.advice:>}" if finding.advice else line


async def _findings(settings: Settings, url: str) -> AsyncIterator[Finding]:
    for finding in (*check_settings(settings), *check_versions(), *check_files(settings)):
        yield finding
    async for finding in check_database(settings):
        yield finding
    async for finding in check_redis(settings):
        yield finding
    yield await check_storage(settings)
    yield await check_mail(settings)
    async for finding in check_provider(settings):
        yield finding
    async for finding in _public(settings, url):
        yield finding


async def _public(settings: Settings, url: str) -> AsyncIterator[Finding]:
    if not url:
        advice = "Set BASE_URL, or give --url https://chat.example.org."
        yield warning("public", "not asked: the address of the site is not known", advice)
        return
    try:
        key = settings.secret_key or (INSTANCE / "secret_key").read_text().strip()
    except OSError as error:
        yield failure(
            "public", one_line(error), "Run it in the folder, and as the user, of Beseda."
        )
        return
    # The client is 30 MB, which no other command pays for.
    from commands.doctor.public_check import check_public  # noqa: PLC0415

    async for finding in check_public(settings, url, key):
        yield finding
