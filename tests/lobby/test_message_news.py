"""What the lobby hears of what is done to messages: deletions, mentions, edits of the latest."""

from typing import Any

import pytest

from realtime.connection import LOBBY, Connection
from tests.support.acting import acting
from tests.support.chat import Chat, Frame
from tests.support.commands import posted
from tests.support.commands import react as react_command
from tests.support.doing import delete, edit, pin, react, reply
from tests.support.factories import MakePerson
from tests.support.frames import check
from tests.support.memory_socket import MemorySocket
from tests.support.tables import opened, people, room_of
from tests.support.talk import Talk, talk


@pytest.fixture
async def two(person: MakePerson) -> Talk:
    """Two people who are connected."""
    return await talk(person, read="manual")


async def activity(lobby: Chat, **fields: Any) -> Frame:
    """Return the next `room_activity` with these fields."""
    return check(await lobby.expect("room_activity", **fields))


async def settled(lobby: Chat, two: Talk) -> list[Frame]:
    """Return what the lobby hears before a message that is posted now."""
    sent = await two.a.say("marker")
    frames = await lobby.frames_until(
        "room_activity", messages=[[sent["message_id"], two.alice.id]]
    )
    return frames[:-1]


async def test_mentions_come_with_the_messages(two: Talk, person: MakePerson) -> None:
    carol = await person("carol")
    lobby = await two.bob.lobby()
    await two.a.say(f"@{two.bob.username} @all @{carol.username}")
    frame = await activity(lobby)
    assert frame["messages"] == [[1, two.alice.id]]
    assert sorted(frame["mentions"]) == [[1, 0], [1, two.bob.id]]
    assert "removed" not in frame
    await two.a.say("nobody")
    assert not {"mentions", "removed"} & (await activity(lobby)).keys()


async def test_mention_that_an_edit_adds(two: Talk) -> None:
    await two.a.say(f"@{two.bob.username}")
    await two.a.say("later")
    lobby = await two.bob.lobby()
    await edit(two.a, f"again @{two.bob.username}")
    assert await settled(lobby, two) == []
    await edit(two.a, f"@{two.bob.username} @all")
    frame = await activity(lobby)
    assert (frame["messages"], frame["mentions"]) == ([], [[1, 0]])
    await edit(two.a, "nobody")
    assert await settled(lobby, two) == []


async def test_counts_follow_edits_and_deletions(two: Talk) -> None:
    """Whoever counts along cannot know whether what is edited was counted: they are told."""
    name = two.bob.username
    await two.a.say("a")
    await two.a.say(f"b @{name}")
    await two.a.say("c @all")
    lobby, author = await two.bob.lobby(), await two.alice.lobby()
    for text, number, counted in ((f"@{name}", 1, 3), ("nobody", 1, 2), ("all of you", 3, 1)):
        await edit(two.a, text, number)
        told = check(await lobby.expect("room_changed"))["room"]
        assert (told["unread_count"], told["mention_count"]) == (3, counted)
    await delete(two.a, 2)
    told = check(await lobby.expect("room_changed"))["room"]
    assert (told["unread_count"], told["mention_count"]) == (2, 0)
    told = (await author.expect("room_changed"))["room"]
    assert told["mention_count"] == 0
    assert not author.of("activity")


async def test_whose_activity_has_changed(two: Talk, person: MakePerson) -> None:
    carol = await person("carol")
    await two.alice.add_member(two.room, carol)
    await two.b.say("question")
    lobby, others = await two.bob.lobby(), await carol.lobby()

    async def told() -> None:
        check(await lobby.expect("activity"))

    await reply(two.a, "answer", 1)
    await told()
    await edit(two.a, f"answer, @{two.bob.username}", 2)
    await told()
    await delete(two.a, 2)
    await told()
    for is_on in (True, False):
        await react(two.a, "👍", 1, is_on=is_on)
        await told()
    await delete(two.a, 1)
    await told()
    await two.a.say(f"@{carol.username}")
    check(await others.expect("activity"))
    assert len(others.of("activity")) == 1, "nothing of this concerns her"


async def test_removed(two: Talk) -> None:
    first = await two.a.say(f"a @{two.bob.username}")
    await two.a.say("b")
    await two.a.say("c")
    lobby = await two.bob.lobby()
    await delete(two.a, 3)
    await delete(two.a, 2)
    frame = await activity(lobby, messages=[])
    removed = frame["removed"]
    while len(removed) < 2:
        frame = await activity(lobby, messages=[])
        removed += frame["removed"]
    assert removed == [3, 2]
    assert frame["last_message_at"] == first["timestamp"]
    await delete(two.a, 2)
    assert await settled(lobby, two) == []
    await delete(two.a, 4)
    await delete(two.a, 1)
    while 1 not in removed:
        removed += (frame := await lobby.expect("room_activity"))["removed"]
    assert frame["last_message_at"] is None


async def test_reactions_pins_and_edits_are_no_news(two: Talk) -> None:
    await two.a.say("a")
    await two.a.say("b")
    lobby = await two.bob.lobby()
    await react(two.a)
    await react(two.a, is_on=False)
    await pin(two.a)
    await edit(two.a, "A")
    assert await settled(lobby, two) == []


async def test_comparison_takes_no_reaction_for_missed(sqlite_url: str) -> None:
    """Where notifications can be lost, what the lobby has heard of is compared now and then."""
    async with opened(sqlite_url), acting() as services:
        (alice,) = await people("alice")
        room = await room_of(alice)
        await posted(room, alice, "a")
        socket = MemorySocket()
        connection = Connection(
            socket, number=1, room_id=LOBBY, user_id=alice.id, username="alice", session_id=1
        )
        lobby = services.hub.lobby
        await lobby.enter(connection)
        taken = len(socket.taken)
        await services.journal.change(react_command(room, alice))
        lobby._gathered._publish_activity()  # noqa: SLF001 - now, and not in a moment
        await lobby.compare()
        assert lobby._subscribers[alice.id]._task is None  # noqa: SLF001
        assert len(socket.taken) == taken
