"""One uploaded picture, in a process of its own, from its standard input to its output.

What strangers send is decoded by C code, and a small file can be made to ask for gigabytes: a
process that may have little memory and little time does no more than end. It imports nothing of
ours, so that it starts quickly, and writes both sizes, each behind its length.
"""

import os
import resource
import sys
import warnings
from io import BytesIO

from PIL import Image, ImageOps

SIZES = (64, 256)
PIXELS_MAX = 40_000_000  # A telephone's camera, and some more.
MEMORY_MAX = 768 << 20
SECONDS_MAX = 10
FORMATS = ("PNG", "JPEG", "WEBP")
QUALITY = 84


def main() -> None:
    os.nice(10)  # Whoever talks goes first, however many seconds this takes.
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MAX, SECONDS_MAX))
    # Between the limit and twice as much Pillow only warns.
    warnings.simplefilter("error")
    Image.MAX_IMAGE_PIXELS = PIXELS_MAX
    for picture in squares(sys.stdin.buffer.read()):
        sys.stdout.buffer.write(len(picture).to_bytes(4) + picture)


def squares(upload: bytes) -> list[bytes]:
    """The middle of the picture in each of the sizes, as WebP. What its file says beside it, such
    as where it was taken, is left out.
    """
    with Image.open(BytesIO(upload), formats=FORMATS) as opened:
        if opened.width * opened.height > PIXELS_MAX:
            raise ValueError("too many pixels")
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


if __name__ == "__main__":
    main()
