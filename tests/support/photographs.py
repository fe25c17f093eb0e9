"""Pictures as cameras, editors and attackers make them."""

import io
from typing import Any

from PIL import Image, ImageCms

ORIENTATION = 0x0112
SECRET = "Secret camera of Anna"
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def photograph(
    kind: str, size: tuple[int, int] = (900, 600), mode: str = "RGB", turned: int = 1, **how: Any
) -> bytes:
    """Return a file of this kind, of a dark left and a light right half, with place and camera."""
    picture = Image.linear_gradient("L").rotate(90).resize(size)
    written = io.BytesIO()
    exif = Image.Exif()
    exif[ORIENTATION] = turned
    exif[0x010F] = SECRET
    exif.get_ifd(0x8825).update({1: "N", 2: (55.0, 45.0, 7.0)})
    picture.convert(mode).save(written, kind, exif=exif, icc_profile=PROFILE, **how)
    return written.getvalue()


def animation(kind: str, **how: Any) -> bytes:
    """Return three frames, red, green and blue."""
    frames = [Image.new("RGB", (300, 200), colour) for colour in ("red", "green", "blue")]
    written = io.BytesIO()
    rest: dict[str, Any] = {"append_images": frames[1:], "duration": 90, "loop": 0, **how}
    frames[0].save(written, kind, save_all=True, **rest)
    return written.getvalue()


def bomb(side: int = 30_000) -> bytes:
    """Return a small file that asks for a great deal of memory."""
    written = io.BytesIO()
    Image.new("1", (side, side)).save(written, "PNG")
    return written.getvalue()


def plan() -> bytes:
    """Return a picture of some kilobytes, of which all is kept as it is."""
    written = io.BytesIO()
    Image.effect_noise((120, 90), 50).save(written, "PNG")
    return written.getvalue()
