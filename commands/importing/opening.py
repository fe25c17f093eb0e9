"""Which chat a file comes from, and how it is read."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from commands.importing.archive import SQLITE, ZIP, Archive
from commands.importing.campfire import CampfireExport
from commands.importing.items import BadExportError, Format, Source
from commands.importing.mattermost import MattermostExport
from commands.importing.slack import PEOPLE, SlackExport

LINES = ".jsonl"


@contextmanager
def opened(path: Path, form: Format | None) -> Iterator[tuple[Format, Source]]:
    """The export in this file, of this form or of that which it looks like.

    Raises:
        BadExportError: it is none.
    """
    try:
        with path.open("rb") as file:
            head = file.read(len(SQLITE))
            file.seek(0)
            if head == SQLITE:
                with closing(CampfireExport(path)) as campfire:
                    yield _checked("campfire", form), campfire
            elif head.startswith(ZIP):
                with closing(Archive(path)) as archive:
                    yield from _zipped(archive, form)
            elif head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
                yield _checked("mattermost", form), MattermostExport(file, path.name)
            else:
                raise BadExportError(f"{path}: no export of Slack, Mattermost or Campfire")
    except OSError as problem:
        raise BadExportError(f"{path}: {problem}") from None


def _zipped(archive: Archive, form: Format | None) -> Iterator[tuple[Format, Source]]:
    if PEOPLE in archive.entries:
        yield _checked("slack", form), SlackExport(archive)
        return
    names = [name for name in archive.entries if name.endswith(LINES)]
    if len(names) != 1:
        raise BadExportError(f"there is neither a {PEOPLE} nor one {LINES} file in the zip")
    with archive.open(names[0]) as file:
        yield _checked("mattermost", form), MattermostExport(file, names[0])


def _checked(found: Format, form: Format | None) -> Format:
    if form not in (None, found):
        raise BadExportError(f"it looks like an export of {found}, not of {form}")
    return found
