"""Stores the rooms of the demo, all in one transaction: it is there whole or not at all."""

from tortoise.backends.base.client import BaseDBAsyncClient

from commands.demo.stories import Line, Story
from models import Membership, Message, Room, User
from models.database import atomically
from models.room import key_of

# How many of the latest messages a member has not seen, by their place in the room: some rooms
# shall have a number beside them.
UNREAD = (0, 0, 3, 0, 7, 1)


async def write(stories: list[Story], people: list[str], password: str) -> int:
    """Store everything; return the number of messages."""
    # Before the transaction: nobody else writes while that is open, and hashing takes its time.
    prepared = {name: await User.prepared(name, password) for name in people}

    async def work(connection: BaseDBAsyncClient) -> int:
        users = {name: await User.add(*prepared[name], connection) for name in people}
        for story in stories:
            await _write_room(story, users, connection)
        await _say_when_they_were_here(stories, users, connection)
        return sum(len(story.lines) for story in stories)

    return await atomically(work)


async def _write_room(story: Story, users: dict[str, User], connection: BaseDBAsyncClient) -> None:
    head = len(story.lines)
    ids = [users[name].id for name in story.people]
    room = await Room.create(
        name=story.room,
        kind="room" if story.room else Room.DIRECT,
        direct_key=None if story.room else key_of(*ids),
        revision=head,
        change=head,
        last_message_at=story.lines[-1].at,
        using_db=connection,
    )
    await Membership.bulk_create(
        [
            Membership(
                room=room,
                user=users[name],
                role=Membership.MEMBER if place or not story.room else Membership.OWNER,
                last_read=head - UNREAD[place % len(UNREAD)],
            )
            for place, name in enumerate(story.people)
        ],
        using_db=connection,
    )
    messages = [
        _message(number, line, room, users) for number, line in enumerate(story.lines, start=1)
    ]
    await Message.bulk_create(messages, using_db=connection)


def _message(number: int, line: Line, room: Room, users: dict[str, User]) -> Message:
    return Message(
        room=room,
        author=users[line.author],
        number=number,
        revision=number,
        change=number,
        body=line.text,
        created_at=line.at,
    )


async def _say_when_they_were_here(
    stories: list[Story], users: dict[str, User], connection: BaseDBAsyncClient
) -> None:
    said = sorted((line.at, line.author) for story in stories for line in story.lines)
    for name, at in {author: at for at, author in said}.items():
        await User.filter(id=users[name].id).using_db(connection).update(last_seen=at)
