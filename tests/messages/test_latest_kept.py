"""What is the latest message of a room where the latest ones are deleted."""

from importlib import import_module

import pytest

from models import Room, User
from models.database import fetch
from models.message_change import MessageChange
from models.queries.room_list import page_of
from models.queries.room_rows import RoomRow
from tests.support.commands import delete, edit, posted, react, run
from tests.support.tables import opened, people, room_of

BY_AN_OLDER_VERSION = """
UPDATE message SET deleted_at = created_at, body = '' WHERE room_id = $1 AND number = $2
RETURNING id
"""


async def shown(user: User) -> tuple[int, str] | None:
    """Return what the list shows of somebody's only room."""
    (room,) = (await page_of(user.id, 10)).rooms
    assert isinstance(room, RoomRow)
    is_last = room.last is not None and room.last.message_id == room.revision
    assert room.is_latest_deleted is not is_last
    return (room.last.message_id, room.last.body) if room.last else None


def told(change: MessageChange | str) -> tuple[bool, int]:
    """Return whether another message is the latest now, and which (0: none)."""
    assert isinstance(change, MessageChange)
    return change.is_latest, change.latest.message_id if change.latest else 0


async def test_several_in_one_batch(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        await posted(room, alice, *"abcdef")
        done = await run(
            delete(room, alice, 6),
            delete(room, alice, 3),
            edit(room, alice, "gone", 5),
            edit(room, alice, "D", 4),
            delete(room, alice, 5),
            react(room, bob, message_id=1),
        )
        is_told = [(True, 4), (False, 0), (False, 0), (True, 0), (True, 4), (False, 0)]
        assert [told(each) for each in done] == is_told
        latest = done[0].latest if isinstance(done[0], MessageChange) else None
        assert latest is not None
        assert (latest.body, latest.username) == ("D", "alice")
        assert await shown(bob) == (4, "D")
        assert [told(each) for each in await run(edit(room, alice, "A"))] == [(False, 0)]
        assert [told(each) for each in await run(edit(room, alice, "4", 4))] == [(True, 0)]
        done = await run(*[delete(room, alice, number) for number in (1, 2, 4)])
        assert [told(each) for each in done] == [(True, 0)] * 3
        assert await shown(bob) is None
        await posted(room, alice, "g")
        assert await shown(bob) == (7, "g")
        assert [told(each) for each in await run(delete(room, alice, 7))] == [(True, 0)]
        assert await shown(bob) is None


async def test_rooms_of_one_batch_have_their_own(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        one, other = await room_of(alice), await room_of(alice, bob)
        await posted(one, alice, "a")
        await posted(other, alice, "a", "b")
        done = await run(delete(one, alice), delete(other, alice, 2), delete(other, bob))
        assert [told(each) for each in done[:2]] == [(True, 0), (True, 1)]
        assert done[2] == "not_author"
        assert await shown(bob) == (1, "a")


async def test_nothing_that_an_older_version_deletes_is_shown(database_url: str) -> None:
    async with opened(database_url):
        (alice,) = await people("alice")
        room = await room_of(alice)
        await posted(room, alice, *"abcd")
        await fetch(BY_AN_OLDER_VERSION, room, 4)
        assert await shown(alice) is None
        await run(delete(room, alice, 3))
        assert await shown(alice) == (2, "b")
        await fetch(BY_AN_OLDER_VERSION, room, 2)
        assert await shown(alice) is None
        await run(delete(room, alice, 2), edit(room, alice, "A"))
        assert await shown(alice) is None
        await posted(room, alice, "e")
        await run(delete(room, alice, 5))
        assert await shown(alice) == (1, "A")


async def test_migration_notes_what_was_deleted_before(database_url: str) -> None:
    fill = import_module("models.migrations.0024_latest_kept").FILL
    async with opened(database_url):
        (alice,) = await people("alice")
        room = await room_of(alice)
        await posted(room, alice, *"abcd")
        for number in (2, 4):
            await fetch(BY_AN_OLDER_VERSION, room, number)
        await fetch(fill)
        assert await shown(alice) == (3, "c")


@pytest.mark.parametrize("left", [0, 1])
async def test_run_of_deleted_ones_is_not_looked_through_again(
    database_url: str, left: int
) -> None:
    """Where it begins is noted, and not found a second time."""
    async with opened(database_url):
        (alice,) = await people("alice")
        room = await room_of(alice)
        await posted(room, alice, *"abc")
        await run(*[delete(room, alice, number) for number in range(3, left, -1)])
        noted = await Room.get(id=room)
        assert (noted.latest_kept, noted.kept_revision) == (left or None, 3)
