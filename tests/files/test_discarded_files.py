"""What is taken back, or is not stored at the first time, beside what has been attached."""

import asyncio
import os
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from config import Settings
from models import File, Membership, Refusal
from services.file_sweeper import FileSweeper
from services.picture_files import PictureFiles
from services.picture_process import PictureProcess
from services.rate_limits import RateLimits
from services.storage.folder import FolderStorage
from services.uploads import Uploads
from tests.support.tables import opened, people, room_of


def uploads_in(folder: Path, **more: str) -> Uploads:
    settings = Settings.from_environment(
        {"FILES_URL": str(folder), "SECRET_KEY": "0123456789abcdef0123", "RATE_LIMITS": "off"}
        | more
    )
    pictures, limits = PictureFiles(PictureProcess()), RateLimits.from_settings(settings)
    return Uploads(FolderStorage(folder), pictures, limits, settings)


def files_in(folder: Path) -> list[Path]:
    """Whatever lies in it, whole or not."""
    return [path for path in folder.rglob("*") if path.is_file()]


async def bytes_of(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def test_a_file_that_is_attached_meanwhile_keeps_its_bytes(
    database_url: str, tmp_path: Path
) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        member = await Membership.of(alice.id, await room_of(alice, bob))
        uploads = uploads_in(tmp_path)
        file = await uploads.whole(member, "a", 4, "", bytes_of(b"data"))
        asked = await File.own(alice.id, file.id)  # DELETE has come so far when it is sent.
        await File.filter(id=file.id).update(number=1)
        assert not await uploads.discard(asked)
        assert await FolderStorage(tmp_path).size(str(file.storage_key)) == 4


def turned() -> bytes:
    """A picture that is longer when it is upright."""
    exif, written = Image.Exif(), BytesIO()
    exif[0x112] = 6
    picture = Image.effect_mandelbrot((900, 700), (-2, -1.5, 1, 1.5), 60).convert("RGB")
    picture.save(written, "PNG", optimize=True, exif=exif)
    return written.getvalue()


async def test_a_picture_that_grew_and_was_not_stored_goes_on(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = FolderStorage.take

    async def failing(storage: FolderStorage, key: str, source: Path) -> None:
        if source.name.endswith(".made"):
            raise OSError("it does not answer")
        await take(storage, key, source)

    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        member = await Membership.of(alice.id, await room_of(alice, bob))
        uploads, data = uploads_in(tmp_path), turned()
        file = await uploads.announced(member, "a.png", len(data))
        monkeypatch.setattr(FolderStorage, "take", failing)
        with pytest.raises(Refusal, match="file_not_stored"):
            await uploads.append(await File.own(alice.id, file.id), 0, bytes_of(data))
        monkeypatch.setattr(FolderStorage, "take", take)
        again = await File.own(alice.id, file.id)
        assert again.size == len(data), "as it was announced"
        assert await uploads.offset(again) == again.size > len(data)
        assert (await File.own(alice.id, file.id)).is_complete


@pytest.mark.parametrize(
    ("setting", "code"), [("MAX_FILE_BYTES", "too_large"), ("MAX_FILES_BYTES_PER_USER", "quota")]
)
async def test_a_picture_that_grew_too_much_is_not_kept(
    database_url: str, tmp_path: Path, setting: str, code: str
) -> None:
    """By either way; of both what is turned and the thumbnail are counted."""
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        member = await Membership.of(alice.id, await room_of(alice, bob))
        data = turned()
        uploads = uploads_in(tmp_path, **{setting: str(len(data))})
        with pytest.raises(Refusal, match=code):
            await uploads.whole(member, "a.png", len(data), "", bytes_of(data))
        file = await uploads.announced(member, "a.png", len(data))
        with pytest.raises(Refusal, match=code):
            await uploads.append(await File.own(alice.id, file.id), 0, bytes_of(data))
        assert not await File.all().exists()
        assert files_in(tmp_path) == []


async def test_quota_of_all_is_held_when_many_come_at_once(
    database_url: str, tmp_path: Path
) -> None:
    async with opened(database_url):
        everybody = await people(*(f"person{number}" for number in range(6)))
        room = await room_of(*everybody)
        members = [await Membership.of(each.id, room) for each in everybody]
        uploads = uploads_in(tmp_path, MAX_FILES_BYTES="20")
        begun = [uploads.announced(each, "a", 10) for each in members]
        answers = await asyncio.gather(*begun, return_exceptions=True)
        refused = [each for each in answers if isinstance(each, Refusal)]
        assert [each.code for each in refused] == ["quota"] * 4
        assert await File.all().count() == 2


async def test_what_nobody_goes_on_with_is_erased(sqlite_url: str, tmp_path: Path) -> None:
    """Killed before it was removed, or swept by another server, which has a folder of its own."""
    storage = FolderStorage(tmp_path)
    storage.workplace.mkdir()
    old, young = (storage.workplace / name for name in ("a" * 32, "b" * 32))
    for path in (old, young):
        path.write_bytes(b"a photograph with its place")
    os.utime(old, (1_600_000_000, 1_600_000_000))
    async with opened(sqlite_url):
        assert await FileSweeper(storage).sweep()
    assert [path.exists() for path in (old, young)] == [False, True]
