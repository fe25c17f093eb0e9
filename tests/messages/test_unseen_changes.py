"""What was done to messages since somebody was last in a room: the difference of what they had seen
and of what is there.
"""

import random

from config import Settings
from errors import Refusal
from models import Block, Membership, StoredMessage, User
from models.queries.messages import messages_by_id
from models.queries.unseen_changes import TEXTS_MAX, UnseenChanges, unseen_changes
from models.queries.versions import erase_versions
from models.sql.message_changes import change_messages
from realtime.broadcast.memory import MemoryBroadcast
from realtime.presence.memory import MemoryLeases
from services import Services
from tests.support.commands import delete, edit, pin, posted, react, run
from tests.support.tables import opened, people, room_of

Snapshot = dict[int, StoredMessage]
Reactions = set[tuple[int, str, int]]  # (message_id, emoji, user)


async def read(user: User, upto: int | None = None) -> None:
    """Let somebody read."""
    await (await Membership.get(user_id=user.id)).mark_read(upto)


async def unseen(user: User, room: int) -> UnseenChanges:
    """Return what they have not seen."""
    return await unseen_changes(await Membership.of(user.id, room))


async def snapshot(room: int) -> Snapshot:
    """Return all messages as they are."""
    return await messages_by_id(room, range(1, 128))


def reactions_to(user: User, messages: Snapshot) -> Reactions:
    """Return what others have put under somebody's messages."""
    return {
        (number, tally.emoji, user_id)
        for number, message in messages.items()
        if message.author_id == user.id
        for tally in message.tallies
        for user_id in tally.user_ids
        if user_id != user.id
    }


async def do_something(chance: random.Random, room: int, users: list[User]) -> None:
    """Let somebody do something, perhaps in vain."""
    user, number = chance.choice(users), chance.randint(1, 12)
    emoji, is_on = chance.choice("👍🎉"), chance.random() < 0.7
    text = f"{number} {chance.choice(['so', 'or so', 'otherwise'])}"
    commands = (
        edit(room, user, text, number),
        edit(room, user, text, number),
        react(room, user, emoji, number, is_on=is_on),
        react(room, user, emoji, number, is_on=is_on),
        pin(room, user, number),
        delete(room, user, number),
    )
    if chance.random() < 0.2:
        await posted(room, user, text)
    else:
        await run(chance.choice(commands))


async def test_it_is_the_difference_of_two_snapshots(database_url: str) -> None:
    """Over random histories."""
    told = 0
    async with opened(database_url):
        users = await people("alice", "bob", "carol")
        names = {user.username: user.id for user in users}
        for seed in range(8):
            chance = random.Random(seed)  # noqa: S311 - the same each time
            me = chance.choice(users)
            room = await room_of(*users)
            await posted(room, users[seed % 3], *(f"{number} so" for number in range(1, 9)))
            for _ in range(10):
                await do_something(chance, room, users)
            await (await Membership.get(user_id=me.id, room_id=room)).mark_read()
            before = await snapshot(room)
            for _ in range(50):
                await do_something(chance, room, users)
            now = await snapshot(room)
            found = await unseen(me, room)
            assert {each.message_id: (each.earlier, each.body) for each in found.edits} == {
                number: (message.body, now[number].body)
                for number, message in before.items()
                if message.author_id != me.id
                and not now[number].is_deleted
                and message.body != now[number].body
            }
            assert {each.message_id: names[each.username] for each in found.deletions} == {
                number: now[number].changed_by
                for number, message in before.items()
                if now[number].is_deleted
                and not message.is_deleted
                and now[number].changed_by != me.id
            }
            put = reactions_to(me, now) - reactions_to(me, before)
            assert len(found.reactions) == len(put)
            assert put == {
                (each.message_id, each.emoji, names[each.username]) for each in found.reactions
            }
            told += len(found.edits) + len(found.deletions) + len(found.reactions)
            await (await Membership.get(user_id=me.id, room_id=room)).mark_read()
            assert not await unseen(me, room)
    assert told > 20


async def test_what_is_left_out(database_url: str) -> None:
    """What was unread, what blocked people do, and all of it before the first visit."""
    async with opened(database_url):
        alice, bob, carol = await people("alice", "bob", "carol")
        room = await room_of(alice, bob, carol)
        await posted(room, bob, "one", "two")
        await posted(room, alice, "three")
        await run(edit(room, bob, "uno"), react(room, bob, message_id=3))
        assert not await unseen(alice, room), "she has not been here"
        await read(alice)
        await posted(room, bob, "four")
        await run(edit(room, bob, "quattro", 4), edit(room, bob, "dos", 2))
        await run(react(room, bob, "🎉", 3), react(room, carol, "🎉", 3), react(room, bob, "🎉", 4))
        found = await unseen(alice, room)
        assert [each.message_id for each in found.edits] == [2]
        assert [each.username for each in found.reactions] == ["bob", "carol"]
        await Block.create(user_id=alice.id, blocked_id=bob.id)
        found = await unseen(alice, room)
        assert (found.edits, [each.username for each in found.reactions]) == ([], ["carol"])
        await read(alice, 3)
        assert await unseen(alice, room), "that is not the end"
        await read(alice)
        assert not await unseen(alice, room)


async def test_owner_deletes_what_somebody_else_has_written(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        await posted(room, bob, "one", "two")
        await read(bob)
        await run(delete(room, alice), delete(room, bob, 2))
        (deletion,) = (await unseen(bob, room)).deletions
        assert (deletion.message_id, deletion.username, deletion.is_by_moderator) == (
            1,
            "alice",
            True,
        )
        assert deletion.body == ""


async def test_earlier_text_that_is_not_kept(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        await posted(room, alice, "one", "two", "three")
        await read(bob)
        await run(edit(room, alice, "uno"), edit(room, alice, "dos", 2, keeps_version=False))
        await run(edit(room, alice, "tres", 3), edit(room, alice, "drei", 3))
        await erase_versions(room, 1)
        edits = (await unseen(bob, room)).edits
        assert [(each.earlier, each.body) for each in edits] == [
            *((None, "uno"), (None, "dos"), ("three", "drei"))
        ]
        settings = Settings(secret_key="x" * 16, edit_history=False)
        services = Services(settings, MemoryBroadcast(), MemoryLeases())
        found = await services.message_details.unseen(await Membership.of(bob.id, room))
        assert [each.earlier for each in found.edits] == [None, None, None]


async def test_of_very_many_changes_the_latest_are_looked_at(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        await posted(room, alice, *(str(number) for number in range(TEXTS_MAX + 5)))
        await read(bob)
        await change_in_parts(room, alice, TEXTS_MAX - 1)
        found = await unseen(bob, room)
        assert (len(found.edits), found.has_more) == (TEXTS_MAX - 1, False)
        await change_in_parts(room, alice, TEXTS_MAX + 5)
        found = await unseen(bob, room)
        assert (len(found.edits), found.has_more) == (TEXTS_MAX, True)
        assert found.edits[-1].message_id == TEXTS_MAX + 5


async def change_in_parts(room: int, author: User, count: int) -> None:
    """Edit so many messages, from the first."""
    commands = [edit(room, author, f"{number} edited", number) for number in range(1, count + 1)]
    for result in await change_messages(commands):
        assert not isinstance(result, Refusal)
