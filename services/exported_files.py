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
from services.picture_files import PICTURES

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
            return ExportedFile(*about, alt=file.alt)
        suffix = _SUFFIX.search(file.name)
        path, digest = f"files/{file.id}{suffix[0] if suffix else ''}", hashlib.sha256()
        async with self._place.file(path) as draft:
            async for part in stored.read(0, stored.size):
                digest.update(part)
                await draft.write(part)
                await self._running.keep()
        return ExportedFile(*about, path, digest.hexdigest(), file.alt)


def list_of(files: Iterable[ExportedFile]) -> str:
    """What a page shows of them; the script of services/chained_page.py makes the same."""
    items = "".join(f"<li>{_shown(each)}</li>" for each in files)
    return f'<ul class="files">{items}</ul>' if items else ""


def _shown(file: ExportedFile) -> str:
    name, path = shown(file.name), shown(file.path)
    if not path:
        return name
    is_picture = file.content_type in PICTURES
    picture = f'<img src="{path}" alt="{shown(file.alt)}">' if is_picture else ""
    return f'<a href="{path}">{picture}{name}</a>'
