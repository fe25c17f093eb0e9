"""The files of messages, in an export of these."""

import hashlib
import re
from collections.abc import Iterable

import structlog

from models.attached_file import AttachedFile
from models.exported_lines import ExportedFile
from services.export_files import Workplace
from services.export_pages import shown
from services.files import Files
from services.jobs import Running

log = structlog.get_logger(__name__)

# How names end that programs open files by.
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}$")


class ExportedFiles:
    """Writes each into the folder `files`, under its number: names may be anything."""

    def __init__(self, files: Files, place: Workplace, running: Running) -> None:
        self._files = files
        self._place = place
        self._running = running

    async def add(self, files: Iterable[AttachedFile]) -> tuple[ExportedFile, ...]:
        """Those of one message; of one that is deleted meanwhile there is no `path`."""
        return tuple([await self._added(each) for each in files])

    async def _added(self, file: AttachedFile) -> ExportedFile:
        about = file.name, file.content_type, file.bytes
        stored = await self._files.of_export(file.id)
        if stored is None:
            return ExportedFile(*about)
        suffix = _SUFFIX.search(file.name)
        path, digest = f"files/{file.id}{suffix[0] if suffix else ''}", hashlib.sha256()
        async with self._place.file(path) as draft:
            async for part in stored.read(0, stored.size):
                digest.update(part)
                await draft.write(part)
                await self._running.keep()
        return ExportedFile(*about, path, digest.hexdigest())


def links_to(files: Iterable[ExportedFile]) -> str:
    """What a page says of them."""
    return "".join(
        f'<div class="foot"><a href="{shown(each.path)}">{shown(each.name)}</a></div>'
        for each in files
        if each.path
    )
