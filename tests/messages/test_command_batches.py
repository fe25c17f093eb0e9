"""Many commands in one transaction: numbered, stored, repeated, and not in each other's way."""

from typing import Any

import pytest

from models import Membership, Room
from models.message_change import MessageChange
from models.message_details import Mention, MessageVersion, Reaction
from models.queries.messages import messages_by_id
from models.room_change import RoomChange
from tests.support.commands import delete, edit, outcome, pin, posted, react, run
from tests.support.tables import opened, people, room_of

EMOJI = [chr(0x1F600 + number) for number in range(21)]


async def test_numbers_follow_each_other_in_each_room(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        one, other = await room_of(alice, bob), await room_of(alice)
        await posted(one, alice, "a", "b")
        await posted(other, alice, "a")
        found = await outcome(
            edit(one, alice, "A"), pin(other, alice), pin(one, bob, 2), edit(other, alice, "A")
        )
        assert found == [(3, "edited"), (2, "pinned"), (4, "pinned"), (3, "edited")]
        assert [(await Room.get(id=room)).change for room in (one, other)] == [4, 3]
        facts = (
            await RoomChange.filter(room_id=one).order_by("change").values_list("kind", "number")
        )
        assert list(facts) == [("edited", 1), ("pinned", 2)]


async def test_what_is_refused_takes_nothing_with_it(database_url: str) -> None:
    async with opened(database_url):
        alice, bob, eve = await people("alice", "bob", "eve")
        room = await room_of(alice, bob)
        await posted(room, alice, "a")
        found = await outcome(
            edit(room, eve, "x"),
            edit(room, bob, "x"),
            edit(room, alice, "A"),
            edit(room, alice, "x", 9),
            edit(999, alice, "x"),
            react(room, bob),
        )
        assert found == [
            *("not_a_member", "not_author", (2, "edited"), "not_found", "not_a_member"),
            (3, "reacted"),
        ]


@pytest.mark.parametrize("at_once", [True, False])
async def test_client_id_again_changes_nothing(database_url: str, at_once: bool) -> None:
    """Also for another message: somebody who uses one twice must not fail everybody's batch."""
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        await posted(room, alice, "a", "b")
        commands: list[Any] = [
            *(edit(room, alice, "A", client_id="x"), edit(room, alice, "B", 2, client_id="x")),
            *(react(room, alice, client_id="x"), react(room, alice, "🎉", 2, client_id="x")),
            *(pin(room, alice, client_id="x"), pin(room, alice, 2, client_id="x")),
            *(delete(room, alice, client_id="x"), delete(room, alice, 2, client_id="x")),
            edit(room, bob, "mine", client_id="x"),
            react(room, bob, "🎉", 2, client_id="x"),
        ]
        if at_once:
            found = await outcome(*commands)
        else:
            found = [(await outcome(command))[0] for command in commands]
        kinds = [each if isinstance(each, str) else each[1] for each in found]
        assert kinds == [
            *("edited", None, "reacted", None, "pinned", None, "deleted", None),
            *("not_author", "reacted"),
        ]


async def test_client_id_is_of_one_room_and_one_kind(database_url: str) -> None:
    async with opened(database_url):
        (alice,) = await people("alice")
        rooms = [await room_of(alice) for _ in range(2)]
        for room in rooms:
            await posted(room, alice, "a", client_id="x")
            found = await outcome(
                edit(room, alice, "b", client_id="x"),
                react(room, alice, client_id="x"),
                pin(room, alice, client_id="x"),
                delete(room, alice, client_id="x"),
            )
            assert found == [(2, "edited"), (3, "reacted"), (4, "pinned"), (5, "deleted")]


async def test_repeated_after_it_was_undone(database_url: str) -> None:
    async with opened(database_url):
        (alice,) = await people("alice")
        room = await room_of(alice)
        await posted(room, alice, "a")
        await run(react(room, alice, client_id="r"), pin(room, alice, client_id="p"))
        await run(react(room, alice, is_on=False), pin(room, alice, is_pinned=False))
        await run(edit(room, alice, "b", client_id="e"), edit(room, alice, "c"))
        repeated = await outcome(
            react(room, alice, client_id="r"),
            pin(room, alice, client_id="p"),
            edit(room, alice, "b", client_id="e"),
        )
        assert repeated == [(7, None)] * 3
        (message,) = (await messages_by_id(room, [1])).values()
        assert (message.body, message.tallies, message.pin_change) == ("c", (), None)


async def test_order_is_kept_but_for_reactions_to_one_message(database_url: str) -> None:
    """Reactions are put together by message; an undo and what it makes room for stay apart."""
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        await posted(room, alice, *(str(number) for number in range(51)))
        await run(*(pin(room, alice, number) for number in range(1, 51)))
        found = await outcome(
            *(react(room, alice, "👍", 51), react(room, bob, "👍", 50), react(room, bob, "👍", 51)),
            *(pin(room, alice, 1, is_pinned=False), pin(room, alice, 51), pin(room, alice, 1)),
        )
        assert found == [
            *((102, "reacted"), (104, "reacted"), (103, "reacted")),
            *((105, "unpinned"), (106, "pinned"), "too_many_pins"),
        ]


async def test_deletion_takes_everything_with_it(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        await posted(room, alice, "a @bob", "b @bob")
        for message_id in (1, 2):
            await run(
                edit(room, alice, "a @bob @all", message_id),
                react(room, bob, message_id=message_id),
                pin(room, bob, message_id),
            )
        assert await outcome(delete(room, alice)) == [(9, "deleted")]
        for model in (Mention, MessageVersion, Reaction):
            assert {row.number for row in await model.filter(room_id=room)} == {2}, model


async def test_deletion_wins_in_one_batch(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        await posted(room, alice, "a")
        found = await outcome(
            edit(room, alice, "b @bob"),
            react(room, bob),
            delete(room, alice),
            edit(room, alice, "late"),
            react(room, bob),
            pin(room, bob),
        )
        assert found == [(2, "edited"), (3, "reacted"), (4, "deleted"), "gone", "gone", "gone"]
        assert await Mention.all().count() == await Reaction.all().count() == 0
        assert await MessageVersion.all().count() == 0


async def test_quote_of_what_the_same_batch_deletes(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        await posted(room, alice, "a secret")
        await posted(room, bob, "yes", reply_to=1)
        edited, _ = await run(edit(room, bob, "oh yes", 2), delete(room, alice))
        assert isinstance(edited, MessageChange)
        assert edited.message.quote
        assert (edited.message.quote.body, edited.message.quote.is_deleted) == ("", True)


async def test_twenty_kinds_of_reactions(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        await posted(room, alice, "a")
        found = await outcome(*(react(room, alice, emoji) for emoji in EMOJI))
        assert found == [*((number, "reacted") for number in range(2, 22)), "too_many_reactions"]
        assert await outcome(react(room, bob, EMOJI[0])) == [(22, "reacted")]
        again = await outcome(
            react(room, alice, EMOJI[1], is_on=False), react(room, alice, EMOJI[20])
        )
        assert again == [(23, "unreacted"), (24, "reacted")]


async def test_first_fifty_are_named_and_others_follow(database_url: str) -> None:
    async with opened(database_url):
        users = await people(*(f"user{number}" for number in range(55)))
        room = await room_of(*users)
        await posted(room, users[0], "a")
        await run(*(react(room, user) for user in users))
        ids = [user.id for user in users]

        async def tally() -> tuple[int, list[int]]:
            (message,) = (await messages_by_id(room, [1])).values()
            (only,) = message.tallies
            return only.count, only.user_ids

        assert await tally() == (55, ids[:50])
        await run(react(room, users[52], is_on=False))
        assert await tally() == (54, ids[:50])
        await run(react(room, users[0], is_on=False), react(room, users[3], is_on=False))
        left = [ids[1], ids[2], *ids[4:52], ids[53], ids[54]]
        assert await tally() == (52, left[:50])
        await run(react(room, users[0]), react(room, users[1], is_on=False))
        assert await tally() == (52, [*left[1:], ids[0]][:50])
        await run(*(react(room, user, is_on=False) for user in users[5:]))
        assert await tally() == (3, [ids[2], ids[4], ids[0]])
        await run(*(react(room, user, is_on=False) for user in users))
        (message,) = (await messages_by_id(room, [1])).values()
        assert message.tallies == ()
        assert await Reaction.all().count() == 0


async def test_is_read_of_what_is_answered(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        await posted(room, alice, "a")
        for is_read in (False, True):
            if is_read:
                await Membership.filter(user_id=bob.id).update(last_read=1)
            found = await run(
                react(room, bob, "🎉", is_on=not is_read), react(room, bob, "x", is_on=False)
            )
            assert [each.is_read for each in found if isinstance(each, MessageChange)] == [
                is_read
            ] * 2
