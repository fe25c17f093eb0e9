"""What films and pictures made of boxes say beside themselves is overwritten, and nothing else."""

import io
import random
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from services.box_metadata import BOXES_MAX, blank
from tests.support.factories import MakePerson
from tests.support.photographs import SECRET, photograph
from tests.support.uploading import upload

SAID = SECRET.encode()


def box(kind: bytes, *parts: bytes, large: bool = False) -> bytes:
    """Return one, with its length in 4 bytes, or in 8 behind its name."""
    content = b"".join(parts)
    if large:
        return (1).to_bytes(4) + kind + (len(content) + 16).to_bytes(8) + content
    return (len(content) + 8).to_bytes(4) + kind + content


def film(brand: bytes = b"isom") -> bytes:
    """Return one as telephones write it: the place in `udta` and `meta`, of a track as well."""
    place = box(b"\xa9xyz", b"\0\x12\x15\xc7+55.7558+037.6173/", SAID)
    track = box(b"trak", box(b"tkhd", bytes(84)), box(b"udta", place), box(b"mdia", b"kept!"))
    parts = box(b"mvhd", bytes(100)), track, box(b"udta", place, large=True), box(b"meta", SAID)
    sound = random.Random(1).randbytes(5_000)  # noqa: S311 - repeatable, not secret
    xmp = box(b"uuid", SAID * 9) + box(b"meta", SAID)
    return box(b"ftyp", brand, bytes(8)) + box(b"moov", *parts) + xmp + box(b"mdat", sound)


def blanked(folder: Path, data: bytes) -> bytes:
    """Return what becomes of it."""
    path = folder / "file"
    path.write_bytes(data)
    blank(path)
    return path.read_bytes()


@pytest.mark.parametrize("brand", [b"isom", b"qt  ", b"M4A "])
def test_film_says_nothing_of_its_author(brand: bytes, tmp_path: Path) -> None:
    data = film(brand)
    found = blanked(tmp_path, data)
    assert len(found) == len(data)
    for gone in (SAID, b"+55.75", b"xyz", b"udta", b"meta", b"uuid"):
        assert (gone in data, gone in found) == (True, False)
    assert found[-5_008:] == data[-5_008:], "the film itself"
    assert b"kept!" in found
    assert found.count(b"free") == 5
    assert blanked(tmp_path, found) == found


@pytest.mark.parametrize("how", [{}, {"xmp": SAID}])
def test_picture_says_nothing_of_its_author(how: dict[str, Any], tmp_path: Path) -> None:
    data = photograph("AVIF", **how)
    found = blanked(tmp_path, data)
    assert (SAID in data, SAID in found, len(found)) == (True, False, len(data))
    before, after = Image.open(io.BytesIO(data)), Image.open(io.BytesIO(found))
    assert before.tobytes() == after.tobytes()
    assert not dict(after.getexif())
    assert after.info["icc_profile"] == before.info["icc_profile"]


def test_whatever_comes(tmp_path: Path) -> None:
    """Damaged ones, those that lie about lengths, and those of very many boxes, end soon."""
    dice = random.Random(2)  # noqa: S311
    for whole in (film(), photograph("AVIF")):
        for _ in range(400):
            data = bytearray(whole[: dice.choice((len(whole), dice.randrange(len(whole))))])
            for _ in range(dice.randrange(1, 9)):
                if data:
                    data[dice.randrange(len(data))] = dice.choice((0, 1, 255, dice.randrange(256)))
            assert len(blanked(tmp_path, bytes(data))) == len(data)
    many = box(b"ftyp", b"isom") + box(b"moov", box(b"trak") * (BOXES_MAX + 9), box(b"udta", SAID))
    assert SAID in blanked(tmp_path, many)
    deep = b"kept"
    for _ in range(2_000):
        deep = box(b"trak", deep)
    assert b"kept" in blanked(tmp_path, box(b"ftyp", b"isom") + deep)
    for other in (b"", b"text", film(b"crx "), b"%PDF" + film()):
        assert blanked(tmp_path, other) == other


async def test_as_it_is_sent(person: MakePerson) -> None:
    anna = await person("anna")
    room = await anna.create_room()
    for data, content_type in ((film(), "video/mp4"), (photograph("AVIF"), "image/avif")):
        view = await upload(anna, room, data, "a")
        assert view["content_type"] == content_type
        kept = (await anna.http.get(view["url"])).content
        assert (SAID in kept, len(kept)) == (False, len(data))
