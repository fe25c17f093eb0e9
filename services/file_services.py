"""The services of files, with the storage that they have in common."""

from typing import NamedTuple

from config import Settings
from services.file_sweeper import FileSweeper
from services.files import Files
from services.rate_limits import RateLimits
from services.storage import open_storage
from services.sweeper import Sweeper
from services.uploads import Uploads


class FileServices(NamedTuple):
    """What Services takes in."""

    files: Files
    uploads: Uploads
    sweeper: Sweeper


def make_file_services(limits: RateLimits, settings: Settings) -> FileServices:
    """Those of one process."""
    storage = open_storage(settings.files_url)
    sweeper = Sweeper(FileSweeper(storage))
    return FileServices(Files(storage), Uploads(storage, limits, settings), sweeper)
