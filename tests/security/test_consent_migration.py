"""What was there before counts as wanted, and the old version serves on with the new tables."""

from pathlib import Path

import pytest

from models import Membership, Room, User
from models.database import fetch
from models.queries.private_members import private_members
from models.queries.room_list import page_of
from models.queries.room_rows import RoomRow
from tests.support.databases import PostgresDatabases, sqlite_url
from tests.support.server import quart, run_python
from tests.support.tables import opened

# Before anybody could say no to anything.
BEFORE = """
import asyncio
from config import TORTOISE_ORM
from tortoise import Tortoise
from tortoise.migrations.api.migrate import migrate

async def main():
    await migrate(config=TORTOISE_ORM, target="models.0003_name_key")
    await Tortoise.close_connections()

asyncio.run(main())
"""
AT = "'2026-01-01 10:00:00+00:00'"
# As the version of then writes them.
PERSON = "INSERT INTO user_account (username, username_key, password_hash, created_at)"
ROOM = "INSERT INTO room (name, kind, direct_key, revision, created_at)"
MEMBER = "INSERT INTO membership (room_id, user_id, role, last_read, is_muted, joined_at)"


@pytest.fixture(params=["sqlite", "postgres"])
async def old_url(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: PostgresDatabases
) -> str:
    """The URL of a database as it was."""
    is_sqlite = request.param == "sqlite"
    url = sqlite_url(tmp_path / "old.sqlite3") if is_sqlite else await postgres.empty()
    status, output = await run_python("-c", BEFORE, cwd=tmp_path, settings={"DATABASE_URL": url})
    assert status == 0, output
    return url


async def room_of(name: str, kind: str, *members: tuple[int, str]) -> int:
    """Store a room by the words of the old version."""
    key = "'1:2'" if kind == "direct" else "NULL"
    sql = f"{ROOM} VALUES ('{name}', '{kind}', {key}, 0, {AT}) RETURNING id"
    room = int((await fetch(sql))[0][0])
    for user_id, role in members:
        values = f"{room}, {user_id}, '{role}', 0, FALSE, {AT}"
        await fetch(f"{MEMBER} VALUES ({values}) RETURNING id")
    return room


async def listed(user_id: int) -> list[RoomRow]:
    """Return the rooms in somebody's list, in which there is no invitation."""
    found = (await page_of(user_id, 10)).rooms
    rooms = [each for each in found if isinstance(each, RoomRow)]
    assert rooms == found
    return rooms


async def test_what_was_there_counts_as_wanted(old_url: str, tmp_path: Path) -> None:
    async with opened(old_url):
        for name in ("anna", "boris"):
            await fetch(f"{PERSON} VALUES ('{name}', '{name}', 'none', {AT}) RETURNING id")
        shared = await room_of("old", "room", (2, "member"), (1, "owner"))
        direct = await room_of("", "direct", (1, "member"), (2, "member"))
    status, output = await quart("migrate", tmp_path, {"DATABASE_URL": old_url})
    assert status == 0, output
    async with opened(old_url):
        rooms = {each.id: each.maker_id for each in await Room.all()}
        assert rooms == {shared: 1, direct: None}
        assert await private_members(direct) == frozenset()
        for user_id in (1, 2):
            found = await listed(user_id)
            assert {each.id for each in found} == {shared, direct}
            assert not any(each.is_request for each in found)
        # Whom one was in a room with is no stranger, although nobody knows who let them in.
        assert await Membership.filter(brought_by_id=None).count() == 4
        # The old version, which is still running, makes one more.
        late = await room_of("late", "room", (2, "owner"), (1, "member"))
        assert (await Room.get(id=late)).maker_id is None
        assert {each.id for each in await listed(1)} == {shared, direct, late}
        assert await User.all().count() == 2
