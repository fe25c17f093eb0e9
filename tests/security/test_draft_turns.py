"""Whoever stores many drafts at once keeps nobody else waiting."""

import asyncio

from models import Draft, Membership, Post
from models.fair_queue import use_queue_of_user
from models.sql.message_store import store
from tests.support.tables import opened, people, room_of

MANY = 200


async def keep(membership: Membership, text: str) -> None:
    """Store a draft, as a request of its author does."""
    use_queue_of_user(membership.user_id)
    await Draft.store(membership.id, text, None, None)


async def test_messages_and_drafts_of_others_pass_a_crowd_of_drafts(database_url: str) -> None:
    async with opened(database_url):
        eve, bob = await people("eve", "bob")
        room = await room_of(eve, bob)
        hers, his = [await Membership.of(each.id, room) for each in (eve, bob)]
        # What is done for the first time is prepared by the database.
        await asyncio.gather(store([Post(room, bob.id, "bob", "before")]), keep(his, "before"))
        crowd = [asyncio.create_task(keep(hers, str(number))) for number in range(MANY)]
        await asyncio.wait(crowd, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.gather(store([Post(room, bob.id, "bob", "hello")]), keep(his, "mine"))
        passed = sum(not draft.done() for draft in crowd)
        await asyncio.gather(*crowd)
        assert passed > MANY / 2
        assert (await Draft.of(hers.id)).version == MANY
