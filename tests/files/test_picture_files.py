"""Pictures that are sent as files: what is kept of them, and what is refused."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from models import Refusal
from services import picture_files, picture_process, picture_worker
from services.picture_files import PictureFiles, PreparedPicture
from services.picture_metadata import PARTS_MAX
from services.picture_process import PictureProcess
from tests.support.photographs import PROFILE, SECRET, animation, bomb, photograph

KINDS = ("JPEG", "PNG", "WEBP")
BEHIND = b"PK\x03\x04<script>alert(1)</script>"


async def prepare(folder: Path, upload: bytes) -> tuple[PreparedPicture, bytes, bytes]:
    """Return what is known of it, the picture that is kept, and the small one."""
    path, picture, thumbnail = (folder / name for name in ("upload", "picture", "thumbnail"))
    path.write_bytes(upload)
    made = await PictureFiles(PictureProcess()).prepare(path, picture, thumbnail)
    path.unlink()
    return made, picture.read_bytes(), thumbnail.read_bytes()


def opened(picture: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(picture))
    image.load()
    return image


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("turned", [1, 6])
async def test_photograph_is_upright_and_says_nothing_of_its_author(
    kind: str, turned: int, tmp_path: Path
) -> None:
    upload = photograph(kind, turned=turned)
    assert SECRET.encode() in upload
    made, picture, thumbnail = await prepare(tmp_path, upload)
    size = (900, 600) if turned == 1 else (600, 900)
    assert made == PreparedPicture(*size, is_animated=False)
    image = opened(picture)
    assert (image.format, image.size) == (kind, size)
    assert not dict(image.getexif())
    assert SECRET.encode() not in picture + thumbnail
    assert image.info["icc_profile"] == PROFILE, "its colours are meant as they were"
    small = opened(thumbnail)
    assert (small.format, max(small.size)) == ("WEBP", picture_worker.THUMBNAIL)
    assert small.info["icc_profile"] == PROFILE
    assert _light_side(image) == _light_side(small) == (_LIGHT if turned == 1 else _TURNED)
    assert files_in(tmp_path) == {"thumbnail": thumbnail, "picture": picture}
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in ("thumbnail", "picture")} == {
        0o600
    }


_LIGHT, _TURNED = "right", "bottom"


def files_in(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def _light_side(image: Image.Image) -> str:
    grey = image.convert("L").resize((3, 3), Image.Resampling.BOX)
    sides = {"left": (0, 1), "right": (2, 1), "top": (1, 0), "bottom": (1, 2)}
    lightness: dict[str, Any] = {side: grey.getpixel(at) for side, at in sides.items()}
    return max(lightness, key=lambda side: lightness[side])


async def test_nothing_else_changes(tmp_path: Path) -> None:
    """Not a pixel of what need not be turned, and no animation."""
    for kind in KINDS:
        _, picture, _ = await prepare(tmp_path, upload := photograph(kind))
        assert opened(picture).tobytes() == opened(upload).tobytes()
    for kind in ("GIF", "WEBP", "PNG"):
        comment = {"comment": SECRET} if kind == "GIF" else {}
        made, picture, _ = await prepare(tmp_path, upload := animation(kind, **comment))
        image = opened(picture)
        assert made.is_animated
        assert image.n_frames == 3  # type: ignore[attr-defined]
        assert image.info["duration"] == 90
        assert image.info["loop"] == 0
        image.seek(2)
        assert image.convert("RGB").getpixel((9, 9))[2] > 200  # type: ignore[index]
        assert SECRET.encode() not in picture


@pytest.mark.parametrize(
    ("kind", "mode", "how"),
    [
        ("JPEG", "CMYK", {"turned": 6}),
        ("JPEG", "L", {"turned": 3, "progressive": True, "comment": SECRET}),
        ("PNG", "RGBA", {}),
        ("PNG", "1", {"turned": 8}),
        ("PNG", "P", {}),
        ("PNG", "I;16", {}),
        ("WEBP", "RGBA", {"turned": 5, "xmp": SECRET.encode()}),
    ],
)
async def test_whatever_cameras_and_editors_write(
    kind: str, mode: str, how: dict[str, Any], tmp_path: Path
) -> None:
    _, picture, thumbnail = await prepare(tmp_path, photograph(kind, mode=mode, **how))
    assert SECRET.encode() not in picture
    assert opened(picture).mode in (mode, "RGB", "RGBA")
    assert opened(thumbnail).mode in ("RGB", "RGBA")


async def test_what_hides_behind_a_picture_is_gone(tmp_path: Path) -> None:
    uploads = [photograph(kind) for kind in KINDS]
    for upload in (*uploads, animation("GIF")):
        _, picture, _ = await prepare(tmp_path, upload + BEHIND)
        assert BEHIND not in picture
        opened(picture)


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        *((photograph(kind)[:-1000], "broken_picture") for kind in KINDS),
        (animation("GIF")[:-100], "broken_picture"),
        (b"\xff\xd8\xff<script>", "broken_picture"),
        (b"", "broken_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "broken_picture"),
        (b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0aaaa\0\0\0\0" * PARTS_MAX, "broken_picture"),
        (bomb(), "too_many_pixels"),
        (bomb(6_400), "too_many_pixels"),
    ],
)
async def test_what_is_refused_stays_as_it_came(upload: bytes, code: str, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=code):
        await prepare(tmp_path, upload)
    assert files_in(tmp_path) == {"upload": upload}


async def test_largest_picture(tmp_path: Path) -> None:
    noise = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.effect_noise((7_300, 5_400), 60).save(noise, "JPEG", exif=exif)
    made, _, thumbnail = await prepare(tmp_path, noise.getvalue())
    assert (made.width, made.height) == (5_400, 7_300)
    assert opened(thumbnail).size == (473, 640)


def test_numbers() -> None:
    """The worker imports nothing of ours, so that some stand twice."""
    assert picture_files.MEGAPIXELS_MAX * 1_000_000 == picture_worker.PIXELS_MAX
    for name in ("TOO_MANY_PIXELS", "DISK_FULL", "TOO_LARGE"):
        assert getattr(picture_process, name) == getattr(picture_worker, name)


_LIMITED = """
import services.picture_worker as worker
used = int(open("/proc/self/statm").read().split()[0]) * 4096
worker.MEMORY_MAX, worker.WRITTEN_MAX = used + {memory}, {written}
worker.main()
"""


@pytest.mark.parametrize(
    ("memory", "written", "status"),
    [
        (16 << 20, 64 << 20, picture_worker.TOO_MANY_PIXELS),
        (1 << 30, 1_000, picture_worker.TOO_LARGE),
    ],
)
def test_what_takes_too_much_is_not_broken(
    memory: int, written: int, status: int, tmp_path: Path
) -> None:
    upload = io.BytesIO()
    Image.new("RGBA", (2_600, 2_600)).save(upload, "PNG", compress_level=1)
    (tmp_path / "upload").write_bytes(upload.getvalue())
    command = sys.executable, "-c", _LIMITED.format(memory=memory, written=written), "file"
    paths = [str(tmp_path / name) for name in ("upload", "picture", "thumbnail")]
    assert subprocess.run([*command, *paths], check=False).returncode == status
