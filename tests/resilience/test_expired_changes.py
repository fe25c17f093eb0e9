"""Messages that expire while notifications are lost, and before their rows are gone."""

from collections.abc import Callable

from models import Room as Stored
from models.expired_messages import delete_part, forget_facts
from tests.resilience.command_kinds import RemovesMessages
from tests.resilience.message_kinds import Reacts
from tests.resilience.rule_kinds import Archives, Expires
from tests.resilience.stories import ALICE, BOB, Room, Story
from tests.support.room_facts import FLOOR, IS_ARCHIVED, message_ids


def test_what_expires_before_it_is_told_is_seen_by_nobody(
    tell: Callable[[Story], None],
) -> None:
    """Of what was done to it there is a change, and nothing in it."""

    async def story(room: Room) -> None:
        bob = await room.enter(1, BOB, 0)
        for _ in range(3):
            room.say(bob, 0)
            await room.settled()
        room.deliver_all()
        await room.arrived(bob)
        await room.untold(
            Reacts(room.world.people[ALICE].id, 1, "a reaction", 0), Expires(room.room.room_id, 2)
        )
        await forget_facts(room.room.room_id, 2, 0)
        await delete_part(room.room.room_id, 2)
        await room.compare_heads(1)
        await room.arrived(bob)
        assert (bob.facts[FLOOR], message_ids(bob.facts)) == (2, [3])
        assert [heard[:2] for heard in bob.visits[-1].heard] == [(n, n) for n in range(1, 6)]
        assert bob.visits[-1].heard[3].said == {}

    tell(story)


def test_rows_of_what_has_expired_are_not_removed_once_more(
    tell: Callable[[Story], None],
) -> None:
    """Nor is one of them the latest message, when all others are gone."""

    async def story(room: Room) -> None:
        bob, alice = await room.enter(1, BOB, 0), await room.member(ALICE)
        for _ in range(3):
            room.say(bob, 0)
            await room.settled()
        await room.ask(Expires(room.room.room_id, 2), 0)
        await room.ask(RemovesMessages(alice, bob.user.id), 0)
        await room.ask(Archives(room.room.room_id, room.world.people[ALICE], is_archived=True), 0)
        room.deliver_all()
        await room.arrived(bob)
        assert IS_ARCHIVED in bob.facts
        stored = await Stored.get(id=room.room.room_id)
        assert (stored.floor, stored.latest_kept, stored.last_message_at) == (2, None, None)

    tell(story)
