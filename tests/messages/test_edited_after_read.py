"""Whether a message says that it was edited: where somebody else had read the earlier text."""

import importlib
from types import SimpleNamespace

from tortoise import connections

from models import Membership, Message, User
from models.queries.messages import messages_by_id
from realtime.views import message_view
from tests.support.commands import delete, edit, posted, react, run
from tests.support.tables import opened, people, room_of

FILL = "models.migrations.0013_edited_after_read_filled"


async def read(user: User, upto: int | None = None) -> None:
    """Let somebody read."""
    await (await Membership.get(user_id=user.id)).mark_read(upto)


async def marked(room: int) -> list[int]:
    """Return the messages that say so, as the wire has them."""
    found = await messages_by_id(room, range(1, 10))
    views = [message_view(each, "en") for each in found.values()]
    return sorted(each.message_id for each in views if each.is_edited_after_read is True)


async def test_marked_where_another_had_read_the_earlier_text(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        await posted(room, alice, "one", "two", "three")
        await read(alice)
        await run(edit(room, alice, "uno"))
        assert await marked(room) == [], "nobody but its author had read it"
        await read(bob, 2)
        assert await marked(room) == [], "the text that he read is the text that stands there"
        two, three = await run(edit(room, alice, "dos", 2), edit(room, alice, "tres", 3))
        assert not isinstance(two, str)
        assert not isinstance(three, str)
        assert (two.message.is_edited_after_read, three.message.is_edited_after_read) == (1, 0)
        await read(bob)
        await run(react(room, bob, message_id=2), react(room, bob, message_id=3))
        assert await marked(room) == [2]
        await run(edit(room, alice, "eins"), edit(room, alice, "zwei", 2))
        assert await marked(room) == [1, 2]
        await run(delete(room, alice, 2))
        assert await marked(room) == [1]


async def test_reading_that_is_kept_private_leaves_no_mark(database_url: str) -> None:
    """A mark would tell that it was read."""
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        await Membership.filter(user_id=bob.id).update(request=Membership.PENDING)
        await posted(room, alice, "one")
        await read(bob)
        await run(edit(room, alice, "uno"))
        assert await marked(room) == []


async def test_older_edits_are_marked_where_they_have_been_read_by_now(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        await posted(room, alice, "one", "two", "three")
        await posted(room, bob, "four")
        await run(*(edit(room, alice, "edited", number) for number in (1, 3)))
        await run(edit(room, bob, "edited", 4))
        # As the version before stores them.
        await Message.all().update(is_edited_after_read=None)
        await read(bob, 2)
        await read(alice)
        fill = importlib.import_module(FILL).Migration.operations[0].code
        for _ in range(2):
            await fill(None, SimpleNamespace(client=connections.get("default")))
            assert await marked(room) == [1, 4]
        await read(bob)
        assert await marked(room) == [1, 4]
