"""Pictures that are sent as files: made upright, freed of what they say about their author, and
measured; with a small one of each for the page.
"""

import asyncio
import contextlib
from pathlib import Path

import msgspec

from models import Refusal
from services.picture_process import PictureProcess, UnusablePictureError

PICTURES = frozenset(("image/jpeg", "image/png", "image/gif", "image/webp"))
MEGAPIXELS_MAX = 40
MADE = ".made"  # What the name of the file ends with that is being made.


class PreparedPicture(msgspec.Struct, frozen=True):
    """What is known of a picture; pixels, as it is shown."""

    width: int
    height: int
    is_animated: bool


class PictureFiles:
    """Makes of an uploaded picture the one that is kept."""

    def __init__(self, process: PictureProcess) -> None:
        self._process = process

    async def prepare(self, path: Path, made: Path, thumbnail: Path) -> PreparedPicture:
        """Write the picture that is kept to `made`, and a small one of it, WebP, to `thumbnail`.

        Raises:
            Refusal: broken_picture, too_many_pixels, too_large, upload_busy; nothing is written
                then.
            OSError: no space is left for it, or no memory or time.
        """
        try:
            written = await self._process.run("file", str(path), str(made), str(thumbnail))
        except BaseException as error:
            await asyncio.to_thread(_remove, made, thumbnail)
            if not isinstance(error, UnusablePictureError):
                raise
            raise Refusal(error.code, max=MEGAPIXELS_MAX) from None
        return msgspec.json.decode(written, type=PreparedPicture)


def _remove(*paths: Path) -> None:
    for each in paths:
        with contextlib.suppress(OSError):
            each.unlink(missing_ok=True)
