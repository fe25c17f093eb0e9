"""How many mentions somebody has not seen: derived from what is there, so that nothing drifts."""

from models import Block, Membership, User
from models.queries.entries import EntryPage
from models.queries.mentions import mentions_page
from models.queries.room_list import page_of
from models.queries.room_rows import RoomRow
from tests.support.commands import delete, edit, posted, react, run
from tests.support.tables import opened, people, room_of


async def counts(user: User) -> tuple[int, int]:
    """Return (mention_count, unread_count) of somebody's only room."""
    (row,) = (await page_of(user.id, 10)).rooms
    assert isinstance(row, RoomRow)
    return row.mention_count, row.unread_count


async def read(user: User, upto: int | None = None) -> None:
    """Let somebody read."""
    await (await Membership.get(user_id=user.id)).mark_read(upto)


async def test_mentions_in_unread_messages(database_url: str) -> None:
    async with opened(database_url):
        alice, bob, carol = await people("alice", "bob", "carol")
        room = await room_of(alice, bob, carol)
        await posted(room, alice, "@bob", "nobody", "@all", "@bob @all", "@carol")
        await posted(room, bob, "@bob @all")
        assert await counts(bob) == (3, 5)
        assert await counts(carol) == (4, 6)
        assert await counts(alice) == (1, 1), "one's own texts mention one not"
        await read(bob, 3)
        assert await counts(bob) == (1, 2)
        await read(bob)
        assert await counts(bob) == (0, 0)
        await Membership.filter(user_id=bob.id).update(unread_from=3)
        assert await counts(bob) == (2, 3)


async def test_edits_and_deletions_correct_the_count(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        await posted(room, alice, "@bob", "@bob", "x")
        assert await counts(bob) == (2, 3)
        await run(edit(room, alice, "not him"))
        assert await counts(bob) == (1, 3)
        await run(delete(room, alice, 2))
        assert await counts(bob) == (0, 2)
        await run(edit(room, alice, "@bob after all", 3))
        assert await counts(bob) == (1, 2)


async def test_mention_added_by_an_edit_counts_until_it_is_seen(database_url: str) -> None:
    """Also in a message that was read; and what was mentioned before counts no second time."""
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        await posted(room, alice, "a", "@bob", "c")
        await read(bob)
        assert await counts(bob) == (0, 0)
        await run(edit(room, alice, "again @bob", 2))
        assert await counts(bob) == (0, 0)
        await run(edit(room, alice, "@bob"))
        assert await counts(bob) == (1, 0)
        await read(bob, 2)
        assert await counts(bob) == (1, 0), "that is not the end"
        await read(bob, 3)
        assert await counts(bob) == (0, 0)
        await run(react(room, alice))
        assert await counts(bob) == (0, 0)
        await run(edit(room, alice, "@all", 3))
        assert await counts(bob) == (1, 0)
        await run(delete(room, alice, 3))
        assert await counts(bob) == (0, 0)


async def test_unread_and_added_by_an_edit_is_one(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        await posted(room, alice, "@bob")
        await run(edit(room, alice, "@bob @all"))
        assert await counts(bob) == (1, 1)


async def test_reading_moves_what_was_seen(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)

        async def seen() -> int:
            return int((await Membership.get(user_id=bob.id)).seen_change)

        await posted(room, alice, "a", "b")
        await read(bob, 1)
        assert await seen() == 0
        await read(bob, 2)
        assert await seen() == 2
        await run(react(room, alice))
        await read(bob, 1)
        assert await seen() == 2
        await read(bob)
        assert await seen() == 3
        await run(edit(room, alice, "B", 2))
        await read(bob, 99)
        assert await seen() == 4


async def test_those_of_blocked_people_are_left_out(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        await posted(room, alice, "@bob")
        assert len((await mentions_page(bob.id, None, 10)).entries) == 1
        await Block.create(user_id=bob.id, blocked_id=alice.id)
        assert await counts(bob) == (0, 0)
        assert await mentions_page(bob.id, None, 10) == EntryPage([], None)


async def test_list_has_each_message_once_and_newest_first(database_url: str) -> None:
    async with opened(database_url):
        alice, bob, carol = await people("alice", "bob", "carol")
        rooms = [await room_of(alice, bob), await room_of(alice, bob), await room_of(alice)]
        await posted(rooms[0], alice, "@bob @all", "x")
        await posted(rooms[1], alice, "@all", "@carol")
        await posted(rooms[2], alice, "@bob @all")
        await posted(rooms[1], bob, "@bob")
        await run(edit(rooms[0], alice, "@bob", 2))

        async def listed(cursor: int | None, limit: int) -> list[tuple[int, int, int]]:
            found = (await mentions_page(bob.id, cursor, limit)).entries
            return [(each.id, each.message.room_id, each.message.message_id) for each in found]

        whole = await listed(None, 10)
        assert [each[1:] for each in whole] == [(rooms[0], 2), (rooms[1], 1), (rooms[0], 1)]
        first = await listed(None, 2)
        assert [*first, *(await listed(first[-1][0], 2))] == whole
        assert await mentions_page(carol.id, None, 10) == EntryPage([], None)
        await Membership.filter(user_id=bob.id, room_id=rooms[0]).delete()
        assert [each[1:] for each in await listed(None, 10)] == [(rooms[1], 1)]
