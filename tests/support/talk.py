"""Two people in one room, both connected, all greetings over."""

from dataclasses import dataclass

from tests.support.chat import Chat
from tests.support.factories import MakePerson
from tests.support.frames import barrier
from tests.support.person import Person
from tests.support.server import Server


@dataclass
class Talk:
    """`a` and `b` are the connections of alice, who owns the room, and of bob."""

    alice: Person
    bob: Person
    room: int
    a: Chat
    b: Chat


async def talk(
    person: MakePerson,
    on: Server | None = None,
    bob_on: Server | None = None,
    read: str | None = None,
) -> Talk:
    """Register alice and bob, make their room, and connect both; nothing is on the way then."""
    alice = await person("alice", on=on)
    bob = await person("bob", on=bob_on or on)
    room = await alice.create_room(bob)
    a = await alice.connect(room, read=read)
    await a.expect("user_status", user_id=alice.id)
    b = await bob.connect(room, read=read)
    await a.expect("user_status", user_id=bob.id)
    await greeted(b, alice, bob)
    await barrier(a, b)
    return Talk(alice, bob, room, a, b)


async def greeted(chat: Chat, *online: Person) -> None:
    """Wait until the connection has been told of all who are online, in whatever order."""
    missing = {person.id for person in online}
    while missing:
        missing.discard((await chat.expect("user_status", is_online=True))["user_id"])
