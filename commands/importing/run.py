"""One run: an export is read as a whole, then its people and rooms are imported, or counted."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from commands.importing.items import Format, Source
from commands.importing.opening import opened
from commands.importing.people import People, chosen_users, read_map
from commands.importing.report import Report
from commands.importing.rooms import Rooms, Say
from commands.importing.staging import Staging
from models import User
from models.import_job import ImportJob
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
            name = f"{form}:{options.name}" if options.name else form
            job = None if options.is_dry else await ImportJob.begin(name)
            run = _Run(source, name, staging, report, options, say, job)
            await (run.settle() if job is None else _as_job(run, job))
    finally:
        staging.close()
    return report


class _Run(Struct, frozen=True):
    source: Source
    name: str
    staging: Staging
    report: Report
    options: Options
    say: Say
    job: ImportJob | None

    async def settle(self) -> None:
        for count in self.staging.fill(self.source.items(), self.report):
            self.say(f"read {count} messages")
            await self._tell(0, 0)
        path = self.options.people
        chosen = await chosen_users(read_map(path), path) if path else {}
        if self.job:
            await record_start(self.name)
        await self._add(chosen)
        if self.job:
            await record_end(self.name, self.report.tallies["messages"].made)

    async def _add(self, chosen: Mapping[str, User]) -> None:
        people = People(self.name, self.report, is_dry=self.options.is_dry)
        match = self.options.match_usernames
        await people.settle(self.staging, chosen, self._tell, match_usernames=match)
        self.say(f"{len(people.accounts)} people")
        about = self.name, self.source, self.staging, people, self.report, self.say, self._tell
        await Rooms(*about, is_dry=self.options.is_dry).settle()

    async def _tell(self, done: int, total: int) -> None:
        if self.job:
            await self.job.tell(done, total)


async def _as_job(run: _Run, job: ImportJob) -> None:
    """Administrators see how far it has got, and what has become of it."""
    try:
        await run.settle()
    except BaseException:
        with suppress(Exception):  # Without a database a server sees it by the lease.
            await job.fail()
        raise
    await job.finish(run.staging.total())
