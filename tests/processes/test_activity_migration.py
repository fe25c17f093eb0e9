"""What concerns somebody is there from the start, also of what was said before."""

from pathlib import Path

import pytest

from models.database import fetch
from models.queries.activity import activity_page
from tests.support.databases import PostgresDatabases, sqlite_url
from tests.support.server import quart, run_python
from tests.support.tables import opened

BEFORE = """
import asyncio
from config import TORTOISE_ORM
from tortoise import Tortoise
from tortoise.migrations.api.migrate import migrate

async def main():
    await migrate(config=TORTOISE_ORM, target="models.0011_membership_level")
    await Tortoise.close_connections()

asyncio.run(main())
"""


def at(hour: int) -> str:
    """Return a time as both databases take it."""
    return f"'2026-01-01 {hour}:00:00+00:00'"


PEOPLE = "INSERT INTO user_account (username, username_key, password_hash, created_at) VALUES"
ROOM = "INSERT INTO room (name, kind, revision, change, created_at) VALUES"
MEMBERS = "INSERT INTO membership (room_id, user_id, role, last_read, joined_at) VALUES"
MESSAGES = (
    "INSERT INTO message (room_id, author_id, number, revision, change, body, created_at,"
    " made_change, reply_to, mentions, tallies) VALUES"
)
CHANGES = "INSERT INTO room_change (room_id, change, kind, actor_id, number, created_at) VALUES"
MENTIONS = "INSERT INTO mention (room_id, number, user_id, change, is_edit) VALUES"
REACTIONS = "INSERT INTO reaction (room_id, number, emoji, user_id, change) VALUES"
TALLY = '[{"emoji":"x","count":1,"user_ids":[2]}]'
# As the version of then writes them: anna is 1, boris 2.
ROWS = [
    f"{PEOPLE} ('anna', 'anna', 'none', {at(10)}), ('boris', 'boris', 'none', {at(10)})",
    f"{ROOM} ('old', 'room', 4, 7, {at(10)})",
    f"{MEMBERS} (1, 1, 'owner', 0, {at(10)}), (1, 2, 'member', 0, {at(10)})",
    f"{MESSAGES} (1, 1, 1, 1, 6, '@boris', {at(11)}, 1, NULL, '[2]', '{TALLY}')",
    f"{MESSAGES} (1, 2, 2, 2, 2, 'an answer', {at(12)}, NULL, 1, NULL, NULL)",
    f"{MESSAGES} (1, 1, 3, 3, 7, '@all', {at(13)}, 3, NULL, '[0]', NULL)",
    f"{MESSAGES} (1, 2, 4, 4, 4, '@anna @boris', {at(14)}, NULL, NULL, '[1,2]', NULL)",
    f"{CHANGES} (1, 5, 'edited', 1, 1, {at(15)}), (1, 6, 'reacted', 2, 1, {at(16)})",
    f"{CHANGES} (1, 7, 'edited', 1, 3, {at(17)})",
    f"{MENTIONS} (1, 1, 2, 1, FALSE), (1, 3, 0, 7, TRUE)",
    f"{MENTIONS} (1, 4, 1, 4, FALSE), (1, 4, 2, 4, FALSE)",
    f"{REACTIONS} (1, 1, 'x', 2, 6)",
]


@pytest.fixture(params=["sqlite", "postgres"])
async def old_url(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: PostgresDatabases
) -> str:
    """The URL of a database as it was, with what was said in it."""
    is_sqlite = request.param == "sqlite"
    url = sqlite_url(tmp_path / "old.sqlite3") if is_sqlite else await postgres.empty()
    status, output = await run_python("-c", BEFORE, cwd=tmp_path, settings={"DATABASE_URL": url})
    assert status == 0, output
    async with opened(url):
        for row in ROWS:
            await fetch(f"{row} RETURNING id")
    return url


async def test_filled_in_the_order_of_what_was_done(old_url: str, tmp_path: Path) -> None:
    status, output = await quart("migrate", tmp_path, {"DATABASE_URL": old_url})
    assert status == 0, output
    async with opened(old_url):
        found = {}
        for user_id in (1, 2):
            entries = (await activity_page(user_id, None, 10)).entries
            found[user_id] = [(each.kind, each.message.message_id) for each in entries]
        assert found == {
            1: [("reaction", 1), ("mention", 4), ("reply", 2)],
            2: [("mention", 3), ("mention", 1)],
        }
        # The version before, which still serves, edits and deletes without knowing of it.
        await fetch("UPDATE message SET mentions = NULL WHERE number = 3 RETURNING id")
        await fetch("UPDATE message SET deleted_at = created_at WHERE number = 1 RETURNING id")
        assert [e.kind for e in (await activity_page(1, None, 10)).entries] == ["mention", "reply"]
        assert (await activity_page(2, None, 10)).entries == []
