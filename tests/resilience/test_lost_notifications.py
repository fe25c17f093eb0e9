"""What a process has stored, and died before it could tell anybody."""

import json
from collections.abc import Callable

from models import Membership
from realtime.connection import NOT_A_MEMBER
from realtime.room_changes import RoomChanges
from tests.resilience.command_kinds import Accepts, Joins, Leaves, Renames, SetsRole
from tests.resilience.message_kinds import Reacts
from tests.resilience.stories import ALICE, BOB, CAROL, DAN, Room, Story
from tests.support.memory_socket import nobody_is_online
from tests.support.room_facts import message


def test_others_find_what_a_dead_process_has_stored(tell: Callable[[Story], None]) -> None:
    async def story(room: Room) -> None:
        bob = await room.enter(1, BOB, 0)
        alice, user = await room.member(ALICE), room.world.people[BOB]
        await room.untold(
            Renames(alice, "Pantry"),
            SetsRole(alice, user.id, Membership.OWNER),
            Joins(alice, room.world.people[DAN]),
            Leaves(await room.member(CAROL), alice.user_id),
        )
        room.deliver_all()
        assert bob.last == 0
        await room.compare_heads(1)
        await room.arrived(bob)
        assert [heard.change for heard in bob.visits[-1].heard] == [1, 2, 3, 4]

    tell(story)


def test_repetition_tells_of_what_nobody_was_told(tell: Callable[[Story], None]) -> None:
    """The message is there already when it is said again, at another process; no comparison."""

    async def story(room: Room) -> None:
        bob = await room.enter(1, BOB, 0)
        room.say(bob, 0, name="again")
        await room.untold()
        room.say(bob, 1, name="again")
        await room.settled()
        await room.arrived(bob)
        assert list(room.answers.values()) == [1]

    tell(story)


def test_who_was_removed_is_sent_nothing_more_although_nobody_tells(
    tell: Callable[[Story], None],
) -> None:
    """Neither what removed them, nor what comes after it."""

    async def story(room: Room) -> None:
        bob, carol = await room.enter(1, BOB, 0), await room.enter(1, CAROL, 0)
        await room.untold(Leaves(await room.member(BOB), room.world.people[ALICE].id))
        room.say(carol, 0)
        await room.settled()
        room.deliver_all()
        await room.arrived(carol)
        assert bob.visits[-1].heard == []
        assert (bob.visits[-1].code, bob.is_ready) == (NOT_A_MEMBER, False)
        assert carol.is_ready

    tell(story)


def test_who_is_back_already_when_their_removal_is_found_stays(
    tell: Callable[[Story], None],
) -> None:
    """The connection of before ends, that of since then does not."""

    async def story(room: Room) -> None:
        before, user = await room.enter(1, BOB, 0), room.world.people[BOB]
        alice = await room.member(ALICE)
        removal = Leaves(await room.member(BOB), alice.user_id)
        await room.untold(removal, Joins(alice, user), Accepts(room.room.room_id, user))
        since = await room.enter(1, BOB, 0)
        room.say(since, 1)
        await room.settled()
        await room.arrived(since)
        assert since.is_ready
        assert (before.visits[-1].code, before.visits[-1].heard) == (NOT_A_MEMBER, [])

    tell(story)


def test_what_is_resumed_shows_who_has_left_since(tell: Callable[[Story], None]) -> None:
    """Up to a change before they left: whoever is told of it lacks nothing of the people who are in
    the room.
    """

    async def story(room: Room) -> None:
        alice, bob = await room.member(ALICE), await room.member(BOB)
        await room.ask(SetsRole(alice, bob.user_id, Membership.OWNER), 0)
        await room.ask(Leaves(bob, bob.user_id), 0)
        page, end = await RoomChanges(nobody_is_online, "en").since(room.room.room_id, 0, 1)
        frames = [json.loads(change.frame) for change in page]
        assert [(frame["type"], frame["user_id"]) for frame in frames] == [
            ("member_left", bob.user_id)
        ]
        assert end == 1

    tell(story)


def test_what_was_changed_again_after_the_page_was_cut_is_told(
    tell: Callable[[Story], None],
) -> None:
    """A process knows of a message, and not yet of the reaction to it that another one has stored:
    whoever comes then is told the message, before the reaction to it.
    """

    async def story(room: Room) -> None:
        bob = await room.enter(1, BOB, 0)
        room.say(bob, 0)
        await room.settled()
        room.deliver_all()
        await room.arrived(bob)
        user = room.world.people[ALICE]
        await room.untold(Reacts(user.id, 1, "a reaction", 0))
        carol = await room.enter(1, CAROL, 0)
        await room.is_ready(carol)
        assert (carol.last, carol.facts[message(1)]) == (1, bob.user.id)

    tell(story)


def test_reactions_that_are_told_together(tell: Callable[[Story], None]) -> None:
    """At the process that has stored them and at another one; and where the first of them is known
    already, the rest is read.
    """

    async def story(room: Room) -> None:
        bob, carol = await room.enter(1, BOB, 0), await room.enter(0, CAROL, 0)
        await room.is_ready(carol)
        room.say(bob, 0)
        await room.settled()
        for who in (ALICE, BOB, CAROL):
            room.ask(Reacts(room.world.people[who].id, 1, f"a reaction of {who}", 0), 0)
        await room.settled()
        room.deliver_all()
        await room.arrived(bob, carol)
        for reader in (bob, carol):
            assert [heard[:2] for heard in reader.visits[-1].heard] == [(1, 1), (2, 4)]

    tell(story)
