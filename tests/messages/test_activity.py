"""What concerns somebody: kept with the messages, shown as far as these still say so."""

import re

from models import Block, Membership, Room, User
from models.database import fetch
from models.queries.activity import ACTIVITY, activity_page
from models.queries.entries import SCANNED, EntryPage
from models.queries.mentions import MENTIONS, mentions_page
from tests.support.commands import delete, edit, posted, react, run
from tests.support.tables import opened, people, room_of

Shown = list[tuple[str, int, int]]


async def activity(user: User, cursor: int | None = None, limit: int = 50) -> Shown:
    """Return (kind, room, message_id) of what concerns somebody, newest first."""
    return shown(await activity_page(user.id, cursor, limit))


def shown(page: EntryPage) -> Shown:
    """Return the same of a page."""
    return [(each.kind, each.message.room_id, each.message.message_id) for each in page.entries]


async def test_mentions_answers_and_reactions(database_url: str) -> None:
    async with opened(database_url):
        alice, bob, carol = await people("alice", "bob", "carol")
        room, other = await room_of(alice, bob, carol), await room_of(bob, alice)
        await posted(room, alice, "one", "@alice @bob", "@all")
        await posted(room, bob, "an answer", reply_to=1)
        await posted(room, alice, "one's own", reply_to=1)
        await posted(other, bob, "@alice")
        await run(react(room, carol), react(room, alice))
        mine = [("reaction", room, 1), ("mention", other, 1), ("reply", room, 4)]
        assert await activity(alice) == mine, "one's own is nothing to oneself"
        assert await activity(bob) == [("mention", room, 3), ("mention", room, 2)]
        assert await activity(carol) == [("mention", room, 3)]


async def test_message_is_listed_once(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        await posted(room, bob, "question")
        await posted(room, alice, "@all @bob", reply_to=1)
        await posted(room, alice, "@bob and @all")
        assert await activity(bob) == [("mention", room, 3), ("reply", room, 2)]
        await run(edit(room, alice, "@bob, once more", 2))
        assert await activity(bob) == [("mention", room, 3), ("reply", room, 2)]
        # Mentioned anew it is news, wherever it stands.
        await run(edit(room, alice, "nobody", 2), edit(room, alice, "@all @bob", 2))
        assert await activity(bob) == [("mention", room, 2), ("mention", room, 3)]


async def test_edited_away_deleted_and_taken_back(database_url: str) -> None:
    async with opened(database_url):
        alice, bob, carol = await people("alice", "bob", "carol")
        room = await room_of(alice, bob, carol)
        await posted(room, bob, "mine", "mine too")
        await posted(room, alice, "@bob", "@bob @all", "x")
        await posted(room, alice, "an answer", reply_to=1)
        await run(react(room, alice, "👍", 2), react(room, carol, "🎉", 2))
        assert len(await activity(bob)) == 4
        await run(edit(room, alice, "nobody", 3), edit(room, alice, "@all", 4))
        await run(edit(room, alice, "@bob", 5))
        found = [("mention", room, 5), ("reaction", room, 2), ("reply", room, 6)]
        assert await activity(bob) == [*found, ("mention", room, 4)]
        await run(react(room, alice, "👍", 2, is_on=False))
        assert await activity(bob) == [*found, ("mention", room, 4)]
        await run(react(room, carol, "🎉", 2, is_on=False), delete(room, alice, 4))
        await run(delete(room, alice, 6))
        assert await activity(bob) == [("mention", room, 5)]
        await run(react(room, bob, "👍", 2))
        assert await activity(bob) == [("mention", room, 5)]
        await run(delete(room, alice, 5))
        assert await fetch("SELECT number, kind FROM activity WHERE kind <> 'reaction'") == []


async def test_reactions_to_one_message_are_one_entry_at_their_last(database_url: str) -> None:
    async with opened(database_url):
        alice, bob, carol = await people("alice", "bob", "carol")
        room = await room_of(alice, bob, carol)
        await posted(room, alice, "one", "two")
        await run(react(room, bob, "👍", 1), react(room, bob, "👍", 2))
        assert await activity(alice) == [("reaction", room, 2), ("reaction", room, 1)]
        await run(react(room, carol, "🎉", 1), react(room, carol, "👍", 1))
        assert await activity(alice) == [("reaction", room, 1), ("reaction", room, 2)]
        await run(react(room, alice, "👍", 2))
        assert await activity(alice) == [("reaction", room, 1), ("reaction", room, 2)]
        assert len(await fetch("SELECT id FROM activity")) == 2


async def test_rooms_of_today_and_people_who_are_not_blocked(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room, other = await room_of(alice, bob), await room_of(alice, bob)
        await posted(room, bob, "mine")
        await posted(room, alice, "@bob @all", "@all")
        await posted(room, alice, "an answer", reply_to=1)
        await posted(other, alice, "@bob")
        assert len(await activity(bob)) == 4
        await Membership.filter(user_id=bob.id, room_id=room).delete()
        assert await activity(bob) == [("mention", other, 1)]
        await Membership.filter(user_id=bob.id, room_id=other).update(request="pending")
        assert await activity(bob) == []
        await Membership.filter(user_id=bob.id, room_id=other).update(request="")
        await Block.create(user_id=bob.id, blocked_id=alice.id)
        assert await activity(bob) == []
        assert await activity(alice) == []
        await Block.all().delete()
        await Room.filter(id=other).delete()
        assert await activity(bob) == []


async def test_pages(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        rooms = [await room_of(alice, bob) for _ in range(3)]
        for number in range(9):
            await posted(rooms[number % 3], alice, ("@bob", "@all", "@bob @all")[number % 2])
        whole = await activity(bob)
        assert whole == [("mention", rooms[n % 3], n // 3 + 1) for n in reversed(range(9))]
        found: Shown = []
        cursor, pages = None, 0
        while pages == 0 or cursor:
            page = await activity_page(bob.id, cursor, 2)
            found, cursor, pages = found + shown(page), page.cursor, pages + 1
        assert (found, pages) == (whole, 5)
        assert (await activity_page(bob.id, None, 9)).cursor is None


async def test_page_looks_at_so_many_entries_and_goes_on(database_url: str) -> None:
    """Also where all of them are of rooms that somebody has left, or of people they have blocked:
    a page without entries has a cursor.
    """
    async with opened(database_url):
        alice, bob, eve = await people("alice", "bob", "eve")
        room, left = await room_of(alice, bob, eve), await room_of(eve, bob)
        await posted(room, alice, "@bob", "@all")
        await posted(left, eve, *["@bob"] * (SCANNED + 10))
        await posted(room, eve, *["@all"] * (SCANNED + 10))
        await Membership.filter(user_id=bob.id, room_id=left).delete()
        await Block.create(user_id=bob.id, blocked_id=eve.id)
        for page_of in (activity_page, mentions_page):
            found: Shown = []
            cursor, pages = None, 0
            while pages == 0 or cursor:
                page = await page_of(bob.id, cursor, 10)
                found, cursor, pages = found + shown(page), page.cursor, pages + 1
            assert found == [("mention", room, 2), ("mention", room, 1)]
            assert 2 <= pages <= 4


async def test_everybody_of_other_rooms_costs_nothing(sqlite_url: str) -> None:
    """The entries of `@all` are found by an index of their room, those of others are not read."""
    async with opened(sqlite_url):
        alice, bob = await people("alice", "bob")
        await posted(await room_of(alice, bob), alice, "@all", "@bob")
        for table, sql in (("mention", MENTIONS.sqlite), ("activity", ACTIVITY.sqlite)):
            plan = await plan_of(sql, bob)
            for where in ("<expr><?", "<expr>>? AND <expr><?"):
                assert f"SEARCH entry USING INDEX {table}_everybody (room_id=? AND {where})" in plan
            assert f"SEARCH {table} USING INDEX idx_{table}_user_id" in plan
            assert not re.search(rf"SCAN (entry|before|message|{table})\b", plan)


async def test_old_entries_are_found_without_those_of_others(postgres_url: str) -> None:
    """Where few people have many: PostgreSQL would look for theirs from the end of all."""
    async with opened(postgres_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        of_ten = f"{room}, n, {alice.id} + n % 10 FROM generate_series(1, 30000) AS n"
        for table, columns, values, sql in (
            ("mention", "change, is_edit", "n, FALSE", MENTIONS.postgres),
            ("activity", "kind, at", "'reply', now()", ACTIVITY.postgres),
        ):
            into = f"INSERT INTO {table} ({columns}, room_id, number, user_id)"
            await fetch(f"{into} SELECT {values}, {of_ten}")
            await fetch(f"ANALYZE {table}")
            rows = await fetch(f"EXPLAIN (GENERIC_PLAN) {sql}", alice.id, 2**40, 9)
            plan = "\n".join(row[0] for row in rows)
            assert f"using idx_{table}_user_id" in plan
            assert f"{table}_pkey" not in plan


async def plan_of(sql: str, user: User) -> str:
    """Return how SQLite reads a page of somebody."""
    return "\n".join(row[3] for row in await fetch(f"EXPLAIN QUERY PLAN {sql}", user.id, 9, 9))
