"""The services of files, with the storage that they have in common."""

from typing import NamedTuple

from config import Settings
from realtime.lobby.lobby import Lobby
from services.file_sweeper import FileSweeper
from services.files import Files
from services.picture_files import PictureFiles
from services.picture_process import PictureProcess
from services.rate_limits import RateLimits
from services.room_pictures import RoomPictures
from services.storage import open_storage
from services.sweeper import Sweeper
from services.uploads import Uploads


class FileServices(NamedTuple):
    """What Services takes in."""

    files: Files
    uploads: Uploads
    room_pictures: RoomPictures
    sweeper: Sweeper
    decoding: PictureProcess


def make_file_services(lobby: Lobby, limits: RateLimits, settings: Settings) -> FileServices:
    """Those of one process."""
    storage = open_storage(settings.files_url)
    decoding = PictureProcess()
    uploads = Uploads(storage, PictureFiles(decoding), limits, settings)
    sweeper = Sweeper(FileSweeper(storage))
    pictures = RoomPictures(storage, decoding, lobby, sweeper, limits)
    return FileServices(Files(storage), uploads, pictures, sweeper, decoding)
