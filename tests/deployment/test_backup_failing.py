"""A backup that cannot be made, is killed, or is not what it was: nothing is taken for one."""

import asyncio
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from commands.keeping.dump_source import unescaped
from tests.support.databases import PostgresDatabases
from tests.support.keeping import PATH, done, refused
from tests.support.server import PYTHON, environment, fork, quart
from tests.support.waiting import eventually

KEY = "ab" + "0" * 30
SETTINGS = {"LOCALE": "en"}
FILE = """
INSERT INTO user_account (id, username, username_key, password_hash, created_at)
VALUES (1, 'anna', 'anna', 'none', '2026-01-01 00:00:00+00:00');
INSERT INTO room (id, name, kind, revision, change, created_at)
VALUES (1, 'Kitchen', 'room', 1, 1, '2026-01-01 00:00:00+00:00');
INSERT INTO message (id, number, revision, room_id, author_id, body, created_at, change)
VALUES (1, 1, 1, 1, 1, 'x', '2026-01-01 00:00:00+00:00', 1);
INSERT INTO file (name, size, storage_key, is_complete, number, room_id, user_id, created_at)
VALUES ('plan', 4, 'ab000000000000000000000000000000', 1, 1, 1, 1, '2026-01-01 00:00:00+00:00');
"""


def put(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def run_script(url: str, script: str) -> None:
    """On a SQLite database that nobody serves."""
    with closing(sqlite3.connect(url.removeprefix("sqlite://"))) as connection:
        connection.executescript(script)


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """Where the only file of `settings` is."""
    path = tmp_path / "instance" / "files" / KEY[:2] / KEY
    path.parent.mkdir(parents=True)
    return path


@pytest.fixture
def settings(sqlite_url: str) -> dict[str, str]:
    """Of a database with a file in it."""
    run_script(sqlite_url, FILE)
    return {**SETTINGS, "DATABASE_URL": sqlite_url}


async def test_killed_in_the_middle(settings: dict[str, str], stored: Path, tmp_path: Path) -> None:
    os.mkfifo(stored)  # Whoever reads it waits.
    backups = tmp_path / "backups"
    backups.mkdir()
    command = ["--app", "app", "backup", "backups"]
    process = await fork("quart", command, tmp_path, settings, tmp_path / "log")

    async def left() -> list[Path]:
        return list(backups.rglob("database.sqlite3"))

    await eventually(left, "the copy of the database")
    process.send_signal(signal.SIGKILL)
    await process.wait()
    assert [path.name[0] for path in backups.iterdir()] == ["."]
    for path in backups.iterdir():
        assert "is no backup" in await refused(f"verify {path}", tmp_path, settings)
    stored.unlink()  # noqa: ASYNC240
    put(stored, b"plan")
    await done("backup backups --keep 1", tmp_path, settings)
    (first,) = backups.iterdir()
    assert await done(f"verify {first}", tmp_path, settings)
    # The clock was wrong: of two, the one just made stays.
    first.rename(backups / "beseda-29990101T000000Z")
    assert "was removed" in await done("backup backups --keep 1", tmp_path, settings)
    (second,) = backups.iterdir()
    assert not second.name.startswith("beseda-2999")
    await done("backup kept --keep 1", tmp_path, settings)
    assert [path.name[:9] for path in (tmp_path / "kept").iterdir()] == ["beseda-20"]
    with closing(sqlite3.connect(settings["DATABASE_URL"].removeprefix("sqlite://"))) as database:
        rows = database.execute("SELECT value FROM site_setting WHERE name = 'last_backup_at'")
        assert rows.fetchone()[0].startswith('"20')


async def test_damaged(settings: dict[str, str], stored: Path, tmp_path: Path) -> None:
    put(stored, b"plan")
    await done("backup one", tmp_path, settings)
    assert await refused("backup one", tmp_path, settings) == "one is there already"
    (copy,) = (tmp_path / "one" / "files").rglob(KEY)
    copy.write_bytes(b"plam")
    for command in ("verify one", "restore one"):
        assert f"{KEY}: it is not what was stored" in await refused(command, tmp_path, settings)
    run_script(f"sqlite://{tmp_path}/one/database.sqlite3", "UPDATE message SET body = 'y'")
    said = await refused("restore one", tmp_path, settings)
    assert "table message: 1 rows" in said
    assert "room 1: message 1, change 1, 1 messages" in said
    database = tmp_path / "one" / "database.sqlite3"
    database.write_bytes(database.read_bytes()[:-8192])
    assert "database.sqlite3" in await refused("verify one", tmp_path, settings)


async def test_what_is_missing_is_said(
    settings: dict[str, str], stored: Path, tmp_path: Path
) -> None:
    assert f"The file {KEY} is in the database" in await done("backup one", tmp_path, settings)
    bucket = {**settings, "FILES_URL": "s3://anna:hush@bucket/folder"}
    assert "s3://bucket/folder, and not" in await done("backup two", tmp_path, bucket)
    assert b"hush" not in (tmp_path / "two" / "backup.json").read_bytes()
    stored.with_name("other").write_bytes(b"not ours")
    elsewhere = {**settings, "DATABASE_URL": f"sqlite://{tmp_path}/other.sqlite3"}
    assert "files is not empty: ab/other" in await refused("restore one", tmp_path, elsewhere)


async def test_disk_is_full(settings: dict[str, str], stored: Path, tmp_path: Path) -> None:
    put(stored, bytes(4 << 20))
    limited = f'ulimit -f 4000; exec "{PYTHON}" -m quart --app app backup backups/one'
    process = await asyncio.create_subprocess_exec(
        *("sh", "-c", limited),
        cwd=tmp_path,
        env=environment({**settings, "PATH": PATH}),
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    assert process.returncode == 1
    assert said.splitlines()[-1].startswith(b"Error: no backup was made: ")
    assert list((tmp_path / "backups").iterdir()) == []


async def test_verify_names_what_is_wrong(
    settings: dict[str, str], stored: Path, tmp_path: Path
) -> None:
    put(stored, b"plan")
    assert "NOT SO" not in await done("verify", tmp_path, settings)
    script = """
    INSERT INTO search_progress (room_id, number) VALUES (1, 1);
    UPDATE room SET revision = 3, change = 2 WHERE id = 1;
    INSERT INTO membership (role, last_read, joined_at, room_id, user_id)
    VALUES ('member', 4, '2026-01-01', 1, 1);
    INSERT INTO reaction (number, emoji, change, room_id, user_id) VALUES (2, 'x', 2, 1, 7);
    UPDATE file SET size = 5;
    """
    run_script(settings["DATABASE_URL"], script)
    status, said = await quart("verify", tmp_path, settings)
    assert status == 1
    assert {line for line in said.splitlines() if line.startswith("  ")} == {
        "  room 1: the last message is 3, up to 0 they have expired, and 1 are there",
        "  room 1: its change is 2, and 1 are there, up to 1",
        "  membership 1: read up to 4 in room 1, whose last message is 3",
        "  reaction 1 is of message 2 in room 1, which is not there",
        "  message 1 (number 1 in room 1) is not in the index: search rebuild",
        "  table reaction: row 1 refers to table user_account, where that is not",
        f"  {KEY} has 4 bytes, not 5",
    }


async def test_programs_of_postgres_are_missing(
    postgres: PostgresDatabases, tmp_path: Path
) -> None:
    url = await postgres.fresh()
    settings = {"DATABASE_URL": url, "PATH": "/nowhere"}
    status, said = await quart("backup one", tmp_path, settings)
    assert status == 1
    assert "pg_dump is not on this machine" in said
    assert not (tmp_path / "one").exists()


@pytest.mark.parametrize(
    ("written", "value"),
    [("plain", "plain"), (r"\N", None), (r"a\tb\n", "a\tb\n"), (r"\\N \\\\ \\t", r"\N \\ \t")],
)
def test_copy_text(written: str, value: str | None) -> None:
    assert unescaped(written) == value
