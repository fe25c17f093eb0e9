"""One uploaded picture, in a process of its own: `profile`, from its standard input to its output,
or `file` with the names of the file, of the one to be made of it, and of its thumbnail.

What strangers send is decoded by C code, and a small file can be made to ask for gigabytes: a
process that may have little memory and little time does no more than end. It imports nothing of
ours, so that it starts quickly. Of a person's picture it writes both sizes, each behind its length;
of a file what `services/picture_files.py` reads as JSON.
"""

import errno
import json
import os
import resource
import runpy
import sys
import warnings
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

SIZES = (64, 256)
THUMBNAIL = 640  # Its longest side.
PIXELS_MAX = 40_000_000  # A telephone's camera, and some more.
MEMORY_MAX = 768 << 20
SECONDS_MAX = 10
WRITTEN_MAX = 64 << 20  # A picture that is turned is written anew.
FORMATS = ("PNG", "JPEG", "WEBP")
FILE_FORMATS = (*FORMATS, "GIF")
QUALITY = 84
# The exit statuses that say why not.
TOO_MANY_PIXELS = 3  # Or so few that take more memory than there is.
DISK_FULL = 4
TOO_LARGE = 5  # What was to be written.
_NO_SPACE = {errno.ENOSPC: DISK_FULL, errno.EDQUOT: DISK_FULL, errno.EFBIG: TOO_LARGE}
EXIF_ORIENTATION = 0x0112


class TooManyPixelsError(Exception):
    """Nobody decodes as many."""


_TOO_MANY = (
    *(TooManyPixelsError, Image.DecompressionBombError, Image.DecompressionBombWarning),
    MemoryError,
)


def main() -> None:
    os.nice(10)  # Whoever talks goes first, however many seconds this takes.
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    # By the first one it ends as one that took too long, and not as one that somebody has killed.
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MAX, SECONDS_MAX + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN_MAX, WRITTEN_MAX))
    # Between the limit and twice as much Pillow only warns.
    warnings.simplefilter("error")
    Image.MAX_IMAGE_PIXELS = PIXELS_MAX
    try:
        _do(*sys.argv[1:])
    except _TOO_MANY:
        sys.exit(TOO_MANY_PIXELS)
    except OSError as error:  # Pillow's own, of what is broken, have no number.
        sys.exit(_NO_SPACE.get(error.errno or 0, 1))


def _do(kind: str, *paths: str) -> None:
    if kind == "file":
        print(json.dumps(_prepare(*map(Path, paths))))  # noqa: T201
        return
    for picture in squares(sys.stdin.buffer.read()):
        sys.stdout.buffer.write(len(picture).to_bytes(4) + picture)


def squares(upload: bytes) -> list[bytes]:
    """The middle of the picture in each of the sizes, as WebP. What its file says beside it, such
    as where it was taken, is left out.
    """
    with _opened(upload, FORMATS) as opened:
        # Of a JPEG no more is decoded than is needed.
        opened.draft("RGB", (2 * SIZES[-1], 2 * SIZES[-1]))
        largest = SIZES[-1], SIZES[-1]
        middle = ImageOps.fit(ImageOps.exif_transpose(opened), largest, Image.Resampling.BOX)
        if opened.mode not in ("RGB", "L"):
            middle = middle.convert("RGBA")
    return [_encoded(middle, size) for size in SIZES]


def _encoded(picture: Image.Image, size: int) -> bytes:
    written = BytesIO()
    shown = picture.resize((size, size), Image.Resampling.LANCZOS)
    shown = shown if shown.mode == "RGBA" else shown.convert("RGB")
    shown.save(written, "WEBP", quality=QUALITY, exif=b"", icc_profile=None)
    return written.getvalue()


def _prepare(source: Path, target: Path, thumbnail: Path) -> dict[str, Any]:
    """Write the picture upright and without what its file says beside it, and a small one of it."""
    picture = _upright(source.read_bytes())
    with _opened(picture, FILE_FORMATS) as opened:
        width, height = opened.size
        is_animated = getattr(opened, "is_animated", False)
        opened.thumbnail((THUMBNAIL, THUMBNAIL))
        _webp(opened).save(
            thumbnail, "WEBP", quality=QUALITY, exif=b"", icc_profile=_profile(opened)
        )
    target.write_bytes(picture)
    return {"width": width, "height": height, "is_animated": is_animated}


def _upright(upload: bytes) -> bytes:
    strip = runpy.run_path(str(Path(__file__).with_name("picture_metadata.py")))["stripped"]
    with _opened(upload, FILE_FORMATS) as opened:
        kind = _kind(opened)
        is_turned = opened.getexif().get(EXIF_ORIENTATION, 1) in range(2, 9)
        # The frames of an animation stay as they are: browsers do not turn them either.
        if is_turned and (kind == "JPEG" or not getattr(opened, "is_animated", False)):
            upload = _turned(opened, kind)
    without: bytes = strip(kind, upload)
    return without


def _turned(opened: Image.Image, kind: str) -> bytes:
    written = BytesIO()
    how: dict[str, Any] = {"quality": 95, "compress_level": 3}
    if kind == "JPEG":  # As fine as it was: by the tables of the camera.
        how = {"qtables": opened.quantization}  # type: ignore[attr-defined]
    upright = ImageOps.exif_transpose(opened)
    upright.save(written, kind, exif=b"", icc_profile=opened.info.get("icc_profile"), **how)
    return written.getvalue()


def _opened(upload: bytes, formats: tuple[str, ...]) -> Image.Image:
    opened = Image.open(BytesIO(upload), formats=formats)
    if opened.width * opened.height > PIXELS_MAX:
        raise TooManyPixelsError
    return opened


def _kind(opened: Image.Image) -> str:
    # Telephones write a second, smaller picture behind the first one.
    return "JPEG" if opened.format == "MPO" else str(opened.format)


def _webp(opened: Image.Image) -> Image.Image:
    """In a mode that WebP has."""
    if opened.mode.startswith("I"):  # 16 bits of grey.
        opened = opened.point(lambda value: value / 256).convert("L")
    return opened.convert("RGBA" if opened.has_transparency_data else "RGB")


def _profile(opened: Image.Image) -> bytes | None:
    """How its colours are meant, where they are red, green and blue still."""
    profile: bytes | None = opened.info.get("icc_profile")
    return profile if opened.mode in ("RGB", "RGBA", "P") else None


if __name__ == "__main__":
    main()
