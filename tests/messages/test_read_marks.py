"""ReadMarkUpdate: by connecting, by mark_read with and without a number; cursors never go back."""

import pytest

from tests.support.factories import MakePerson
from tests.support.frames import barrier, check
from tests.support.person import Person
from tests.support.talk import Talk, talk


@pytest.fixture
async def two(person: MakePerson) -> Talk:
    """Alice and bob, neither of whom reads by connecting, and three messages of alice's."""
    two = await talk(person, read="manual")
    for number in range(3):
        await two.a.say(f"message {number}")
        await two.b.expect("chat_message")
    return two


async def unread(person: Person, room: int) -> int:
    """Return the unread count in the list of rooms."""
    return int(next(r["unread_count"] for r in await person.rooms() if r["id"] == room))


async def is_read(two: Talk) -> list[bool]:
    """Return is_read of all messages."""
    return [frame["is_read"] for frame in await two.alice.messages(two.room)]


async def test_mark_read_marks_all(two: Talk) -> None:
    assert await unread(two.bob, two.room) == 3
    assert await is_read(two) == [False, False, False]
    await two.b.send({"type": "mark_read"})
    answer = check(await two.b.next())
    assert answer == {"type": "messages_marked_read", "room_id": two.room, "message_id": 3}
    assert check(await two.a.next()) == {
        "type": "messages_read",
        "room_id": two.room,
        "user_id": two.bob.id,
        "username": two.bob.username,
        "message_id": 3,
    }
    assert await unread(two.bob, two.room) == 0
    assert await is_read(two) == [True, True, True]
    assert await barrier(two.a, two.b) == []


async def test_mark_read_up_to_a_message(two: Talk) -> None:
    await two.b.send({"type": "mark_read", "message_id": 2})
    assert (await two.b.next())["message_id"] == 2
    assert (await two.a.next())["message_id"] == 2
    assert await unread(two.bob, two.room) == 1
    assert await is_read(two) == [True, True, False]


async def test_cursor_never_moves_back(two: Talk) -> None:
    await two.b.send({"type": "mark_read"})
    await two.a.expect("messages_read", message_id=3)
    await two.b.expect("messages_marked_read")
    for message_id in (1, 0, 3):
        await two.b.send({"type": "mark_read", "message_id": message_id})
        answer = await two.b.next()
        assert answer == {"type": "messages_marked_read", "room_id": two.room, "message_id": 3}
    assert await barrier(two.a) == [], "nothing has moved, nobody is told"
    assert await is_read(two) == [True, True, True]


async def test_cursor_never_moves_back_from_another_tab(two: Talk) -> None:
    tab = await two.bob.connect(two.room, read="manual")
    await two.b.send({"type": "mark_read"})
    await two.b.expect("messages_marked_read", message_id=3)
    await tab.send({"type": "mark_read", "message_id": 1})
    assert (await tab.expect("messages_marked_read"))["message_id"] == 3
    await barrier(two.a)
    assert [frame["message_id"] for frame in two.a.of("messages_read")] == [3]


async def test_cursor_stops_at_the_latest_message(two: Talk) -> None:
    """What comes later is not read in advance."""
    await two.b.send({"type": "mark_read", "message_id": 2**53})
    assert (await two.b.next())["message_id"] == 3
    assert (await two.a.expect("messages_read"))["message_id"] == 3
    await two.a.say("later")
    assert await unread(two.bob, two.room) == 1


async def test_connecting_reads(two: Talk) -> None:
    await two.bob.connect(two.room)
    assert (await two.a.expect("messages_read"))["message_id"] == 3
    assert await unread(two.bob, two.room) == 0
    assert await is_read(two) == [True, True, True]


async def test_connecting_by_hand_does_not_read(two: Talk) -> None:
    chat = await two.bob.connect(two.room, read="manual")
    await barrier(chat, two.a)
    assert await unread(two.bob, two.room) == 3
    assert two.a.of("messages_read") == []


async def test_author_is_no_reader(two: Talk) -> None:
    """Alice's own reading marks nothing of hers; bob is told of it all the same."""
    await two.a.send({"type": "mark_read"})
    await two.b.expect("messages_read", user_id=two.alice.id, message_id=3)
    assert await is_read(two) == [False, False, False]
    assert await unread(two.alice, two.room) == 0


async def test_message_is_read_when_anybody_else_has_reached_it(
    two: Talk, person: MakePerson
) -> None:
    carol = await person("carol")
    await two.alice.add_member(two.room, carol)
    chat = await carol.connect(two.room, read="manual")
    await chat.send({"type": "mark_read", "message_id": 1})
    await two.b.send({"type": "mark_read", "message_id": 2})
    await two.a.send({"type": "mark_read"})
    await two.a.expect("messages_marked_read", message_id=3)
    await two.b.expect("messages_marked_read", message_id=2)
    await chat.expect("messages_marked_read", message_id=1)
    assert await is_read(two) == [True, True, False]


async def test_live_message_is_unread_until_marked(two: Talk) -> None:
    await two.b.send({"type": "mark_read"})
    await two.b.expect("messages_marked_read")
    await two.a.say("news")
    assert (await two.b.expect("chat_message", message="news"))["is_read"] is False
    assert await unread(two.bob, two.room) == 1
    assert await unread(two.alice, two.room) == 0, "one's own messages are never unread"
