"""What jobs do, by their kind."""

from models.import_job import is_broken_off
from models.job import ERASURE, IMPORT, OWN_EXPORT, REMOVAL, ROOM_EXPORT
from realtime.journal import Journal
from realtime.lobby.lobby import Lobby
from services.account_erasure import ErasureWork
from services.export_files import ExportFiles
from services.files import Files
from services.jobs import Work
from services.own_export import OwnExport
from services.removals import Removals
from services.removals_everywhere import RemovalWork
from services.room_export import RoomExport


def make_works(
    exports: ExportFiles, files: Files, journal: Journal, lobby: Lobby, removals: Removals
) -> dict[str, Work]:
    """Each kind of job with what carries it out, or goes on with it after a restart."""
    return {
        OWN_EXPORT: OwnExport(exports, files),
        ROOM_EXPORT: RoomExport(exports, files),
        ERASURE: ErasureWork(journal, lobby, removals),
        REMOVAL: RemovalWork(removals),
        IMPORT: is_broken_off,
    }
