"""Changes read from the database: resumed, each thing once; repaired, each by itself."""

import json
from typing import Any

from models.membership import Membership
from models.room_change import RoomChange, count_latest
from realtime.encoded_change import EncodedChange
from realtime.room_changes import PAGE, RoomChanges
from tests.support.commands import delete, edit, pin, posted, react, run
from tests.support.doing import DELETED
from tests.support.frames import check
from tests.support.memory_socket import nobody_is_online
from tests.support.tables import opened, people, room_of


def frames(page: list[EncodedChange]) -> list[dict[str, Any]]:
    """Return them as clients get them; AssertionError when a number is not what it says."""
    found = [check(json.loads(each.frame)) for each in page]
    assert [frame["change"] for frame in found] == [each.change for each in page]
    assert all(each.first == each.change for each in page)
    return found


async def test_resumed_each_message_comes_once_by_its_last_change(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        changes = RoomChanges(nobody_is_online, "ru")
        await posted(room, alice, *"abcdef")
        await run(edit(room, alice, "A"), edit(room, alice, "AA"), pin(room, bob, 2))
        await run(react(room, bob, message_id=3), react(room, bob, "🎉", 3), delete(room, alice, 4))
        await run(pin(room, bob, 5), pin(room, alice, 5, is_pinned=False))
        page, end = await changes.since(room, 6, 14)
        assert end == 14
        found = [
            (f["change"], f["message_id"], f["type"], f["what"], f["by"]) for f in frames(page)
        ]
        assert found == [
            (8, 1, "message_changed", "edited", alice.id),
            (9, 2, "message_changed", "pinned", bob.id),
            (11, 3, "message_changed", "reactions", bob.id),
            (12, 4, "message_changed", "deleted", alice.id),
            (14, 5, "message_changed", "unpinned", alice.id),
        ]
        page, _ = await changes.since(room, 3, 14)
        kinds = {frame["message_id"]: frame["type"] for frame in frames(page)}
        assert kinds == {
            **dict.fromkeys((1, 2, 3), "message_changed"),
            **dict.fromkeys((4, 5, 6), "chat_message"),
        }
        assert [f["message"] for f in frames(page)] == ["f", "AA", "b", "c", DELETED, "e"]


async def test_resumed_also_where_facts_are_not_kept_any_more(database_url: str) -> None:
    """Messages carry their own last change: what is left out is of names and members alone."""
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        changes = RoomChanges(nobody_is_online, "ru")
        await posted(room, alice, *"abcd")
        await run(edit(room, alice, "A"), react(room, bob, message_id=2), delete(room, alice, 3))
        whole = await changes.since(room, 2, 7)
        assert [frame["message_id"] for frame in frames(whole[0])] == [4, 1, 2, 3]
        assert await RoomChange.all().delete() > 0
        assert await changes.since(room, 2, 7) == whole


async def test_pages_go_on_where_the_last_one_ended(database_url: str) -> None:
    """Whole or message_changed is decided by where the first page began."""
    async with opened(database_url):
        (alice,) = await people("alice")
        room = await room_of(alice)
        changes = RoomChanges(nobody_is_online, "ru")
        await posted(room, alice, *"abcde")
        await run(edit(room, alice, "A"), edit(room, alice, "E", 5), edit(room, alice, "B", 2))
        whole, _ = await changes.since(room, 0, 8)
        after, found = 0, []
        while after < 8:
            page, after = await changes.since(room, after, 8, 2, since=0)
            found += page
            assert len(page) <= 2
        assert found == whole
        assert {frame["type"] for frame in frames(found)} == {"chat_message"}


async def test_repaired_every_change_has_its_frame(database_url: str) -> None:
    """Under its own number; what it shows may be newer."""
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        changes = RoomChanges(nobody_is_online, "ru")
        await posted(room, alice, "a", "b")
        await run(edit(room, alice, "A"), react(room, bob), react(room, bob, is_on=False))
        await run(react(room, bob, "🎉", 2), pin(room, bob), edit(room, alice, "AA"))
        await posted(room, bob, "c")
        found = frames(await changes.each(room, 0, 9))
        shown = [(f["change"], f["type"], f.get("what"), f.get("message")) for f in found]
        assert shown == [
            (1, "chat_message", None, "AA"),
            (2, "chat_message", None, "b"),
            (3, "message_changed", "edited", "AA"),
            *((4, "reaction", None, None), (5, "reaction", None, None)),
            (6, "reaction", None, None),
            (7, "message_changed", "pinned", "AA"),
            (8, "message_changed", "edited", "AA"),
            (9, "chat_message", None, "c"),
        ]
        reactions = [(f["emoji"], f["is_on"], f["count"], f["user_id"]) for f in found[3:6]]
        off, on = ("👍", False, 0, bob.id), ("🎉", True, 1, bob.id)
        assert reactions == [("👍", True, 0, bob.id), off, on]
        assert [f["by"] for f in found if "by" in f] == [alice.id, bob.id, alice.id]
        assert frames(await changes.each(room, 3, 5)) == found[3:5]


async def test_repaired_after_a_deletion_nothing_of_it_comes_back(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        changes = RoomChanges(nobody_is_online, "ru")
        await posted(room, alice, "a secret @bob")
        await posted(room, bob, "yes", reply_to=1)
        await run(edit(room, alice, "another secret"), react(room, bob), pin(room, bob))
        await run(delete(room, alice), edit(room, bob, "oh yes", 2))
        found = frames(await changes.each(room, 0, 7))
        assert [frame["change"] for frame in found] == list(range(1, 8))
        for frame in found:
            if frame["message_id"] == 1:
                assert (frame["message"], frame["is_deleted"]) == (DELETED, True)
        text = str(found)
        assert "secret" not in text
        assert "👍" not in text


async def test_long_repairs_come_in_pages(database_url: str) -> None:
    async with opened(database_url):
        users = await people(*(f"user{number}" for number in range(PAGE + 6)))
        room = await room_of(*users)
        changes = RoomChanges(nobody_is_online, "ru")
        last, found = 0, []
        for user in users:
            await posted(room, user, "x")
        await run(*(react(room, user) for user in users))
        await run(*(edit(room, user, "y", number) for number, user in enumerate(users, 1)))
        total = 3 * len(users)
        while page := await changes.each(room, last, total):
            assert len(page) <= PAGE
            found += page
            last = page[-1].change
        assert [frame["change"] for frame in frames(found)] == list(range(1, total + 1))


async def test_too_much_is_counted_in_messages_touched(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        changes = RoomChanges(nobody_is_online, "ru")
        await posted(room, alice, *"abcd")
        for is_on in (True, False) * 5:
            await run(react(room, alice, is_on=is_on), react(room, bob, is_on=is_on))
        assert await count_latest(room, 4, 100) == 1
        assert await count_latest(room, 0, 100) == 4
        assert await count_latest(room, 0, 2) == 2
        assert await changes.exceed(room, 0, 3)
        assert not await changes.exceed(room, 0, 4)


async def test_read_by_others_is_said_of_what_is_resumed(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        await posted(room, alice, "a", "b")
        await Membership.filter(user_id=bob.id).update(last_read=1)
        await run(pin(room, alice), pin(room, alice, 2))
        changes = RoomChanges(nobody_is_online, "ru")
        for page in (await changes.each(room, 2, 4), (await changes.since(room, 2, 4))[0]):
            assert [frame["is_read"] for frame in frames(page)] == [True, False]
