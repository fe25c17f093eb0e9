"""One run: an export is read as a whole, then its people and rooms are imported, or counted."""

from pathlib import Path

from msgspec import Struct

from commands.importing.items import Format, Source
from commands.importing.opening import opened
from commands.importing.people import People, chosen_users, read_map
from commands.importing.report import Report
from commands.importing.rooms import Rooms, Say
from commands.importing.staging import Staging
from models.imported_people import record_end, record_start


class Options(Struct, frozen=True):
    """What the operator wants. `people` is a list of who is who; `name` tells two servers of the
    same kind apart.
    """

    form: Format | None = None
    is_dry: bool = False
    people: Path | None = None
    match_usernames: bool = False
    name: str = ""


async def import_export(file: Path, options: Options, say: Say) -> Report:
    """Import it into the open database.

    Raises:
        BadExportError: the file is no export, or breaks off; what is in the database by then stays.
    """
    report, staging = Report(), Staging()
    try:
        with opened(file, options.form) as (form, source):
            for count in staging.fill(source.items(), report):
                say(f"read {count} messages")
            name = f"{form}:{options.name}" if options.name else form
            await _settle(source, name, staging, report, options, say)
    finally:
        staging.close()
    return report


async def _settle(
    source: Source, name: str, staging: Staging, report: Report, options: Options, say: Say
) -> None:
    path = options.people
    chosen = await chosen_users(read_map(path), path) if path else {}
    if not options.is_dry:
        await record_start(name)
    people = People(name, report, is_dry=options.is_dry)
    await people.settle(staging, chosen, match_usernames=options.match_usernames)
    say(f"{len(people.accounts)} people")
    rooms = Rooms(name, source, staging, people, report, say, is_dry=options.is_dry)
    await rooms.settle()
    if not options.is_dry:
        await record_end(name, report.tallies["messages"].made)
