"""`prune` and `vacuum`: what goes, what stays, and what is said of it."""

import os
import re
import secrets
from pathlib import Path

import pytest

from models import Room
from models.database import fetch
from services.files import THUMBNAIL
from tests.support.keeping import done, refused
from tests.support.tables import opened, people, room_of

LONG_AGO = 1_600_000_000
KEY = "cd" + "1" * 30
SESSION = """
INSERT INTO session (token_digest, user_agent, created_at, expires_at, user_id)
VALUES ($1, '', '2026-01-01 00:00:00+00:00', '{}-01-01 00:00:00+00:00', $2) RETURNING id
"""
NO_AUTOVACUUM = """
ALTER TABLE site_setting SET (autovacuum_enabled = false, toast.autovacuum_enabled = false)
"""
SETTING = "INSERT INTO site_setting (name, value) VALUES"


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Two files that no row knows, of which one was put there just now, and the picture of a room
    with its thumbnail.
    """
    folder = tmp_path / "instance" / "files" / KEY[:2]
    folder.mkdir(parents=True)
    old, young, *picture = (folder / f"{KEY[:-1]}{end}" for end in ("1", "2", "3", f"3{THUMBNAIL}"))
    for path in (old, young, *picture):
        path.write_bytes(b"orphan")
    for path in (old, *picture):
        os.utime(path, (LONG_AGO, LONG_AGO))
    return [old, young, *picture]


async def test_what_has_expired_goes(database_url: str, files: list[Path], tmp_path: Path) -> None:
    async with opened(database_url):
        (anna,) = await people("anna")
        room = await room_of(anna)
        await Room.filter(id=room).update(picture=f"{KEY[:-1]}3")
        for year in (2020, 2999):
            await fetch(SESSION.format(year), f"digest of {year}", anna.id)
    settings = {"DATABASE_URL": database_url}
    said = await done("prune", tmp_path, settings)
    assert "session: 1, login_ticket: 0" in said
    assert "1 files of 6 bytes that no message has: --files removes them" in said
    said = await done("prune --files", tmp_path, settings)
    assert "session: 0" in said
    assert [path.exists() for path in files] == [False, True, True, True]
    async with opened(database_url):
        assert await fetch("SELECT token_digest FROM session") == [("digest of 2999",)]


async def test_disk_is_given_back(database_url: str, tmp_path: Path) -> None:
    settings = {"DATABASE_URL": database_url}
    is_postgres = database_url.startswith("postgres")
    async with opened(database_url):
        if is_postgres:  # Or it may have given it back by itself before.
            await fetch(NO_AUTOVACUUM)
        values = ", ".join(f"('setting {number}', $1)" for number in range(100))
        await fetch(f"{SETTING} {values} RETURNING name", secrets.token_hex(25_000))
        await fetch("DELETE FROM site_setting RETURNING name")
    said = await done("vacuum --full", tmp_path, settings)
    found = re.search(r"(\d+) bytes before, (\d+) after", said)
    assert found
    assert int(found[1]) - int(found[2]) > (1_000_000 if is_postgres else 4_000_000)


async def test_too_little_disk(sqlite_url: str, tmp_path: Path) -> None:
    path = Path(sqlite_url.removeprefix("sqlite://"))
    os.truncate(path, 1 << 42)  # More than is free.
    said = await refused("vacuum", tmp_path, {"DATABASE_URL": sqlite_url})
    assert "bytes of disk are needed for a while" in said
