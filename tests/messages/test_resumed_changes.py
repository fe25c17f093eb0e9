"""Coming back to messages that were changed meanwhile, by a socket and by HTTP."""

import pytest

from tests.messages.test_changes import resumed
from tests.support.doing import DELETED, changes, delete, edit, pin, react, told
from tests.support.factories import MakePerson
from tests.support.frames import check
from tests.support.talk import Talk, talk


@pytest.fixture
async def two(person: MakePerson) -> Talk:
    """Two people who are connected."""
    return await talk(person, read="manual")


async def test_names_and_members_are_among_the_messages(two: Talk, person: MakePerson) -> None:
    carol = await person("carol")
    await two.a.say("a")
    await two.alice.rename_room(two.room, "Pantry")
    await two.a.say("b")
    await edit(two.a, "A")
    await two.alice.add_member(two.room, carol)
    await react(two.b, message_id=2)
    await two.alice.set_role(two.room, carol.id, "owner")
    found = await resumed(two.bob, two.room, 1)
    assert [(frame["change"], frame["type"]) for frame in found] == [
        (2, "room_renamed"),
        (4, "message_changed"),
        (5, "member_joined"),
        (6, "chat_message"),
        (7, "member_role"),
    ]
    assert (await two.bob.changes(two.room, since=1)) == {"changes": found, "change": 7}


async def test_whoever_is_cut_off_goes_on_from_the_last_frame(two: Talk) -> None:
    for text in "abcde":
        await two.a.say(text)
    for message_id in (2, 4, 1):
        await edit(two.a, "x", message_id)
    await delete(two.a, 3)
    whole = await resumed(two.bob, two.room, 0)
    assert [frame["message_id"] for frame in whole] == [5, 2, 4, 1, 3]
    for number, frame in enumerate(whole, 1):
        rest = await resumed(two.bob, two.room, frame["change"])
        ids = [each["message_id"] for each in rest]
        assert ids == [each["message_id"] for each in whole[number:]]


async def test_posted_and_deleted_while_away_comes_as_a_tombstone(two: Talk) -> None:
    await two.a.say("a secret")
    await delete(two.a)
    (frame,) = await resumed(two.bob, two.room, 0)
    assert (frame["type"], frame["message"], frame["change"]) == ("chat_message", DELETED, 2)
    assert "what" not in frame


async def test_after_brings_messages_alone_as_they_are(two: Talk) -> None:
    for text in "abc":
        await two.a.say(text)
    await edit(two.a, "A")
    await delete(two.a, 2)
    await react(two.b, message_id=3)
    chat = await two.bob.connect(two.room, after=1, read="manual")
    *found, ready = [check(frame) for frame in await chat.frames_until("ready")]
    assert [(f["type"], f["message_id"], f["change"]) for f in found] == [
        ("chat_message", 2, 5),
        ("chat_message", 3, 6),
    ]
    assert (ready["revision"], ready["change"]) == (3, 6)


async def test_live_goes_on_without_a_seam(two: Talk) -> None:
    await two.a.say("a")
    await edit(two.a, "A")
    chat = await two.bob.connect(two.room, since=1, read="manual")
    assert check(await chat.next())["change"] == 2
    assert check(await chat.expect("ready"))["change"] == 2
    await react(two.a)
    await pin(two.a)
    await two.a.say("b")
    await delete(two.a, 2)
    await chat.expect("message_changed", what="deleted")
    live = [frame["change"] for frame in changes(chat)]
    assert live == [2, 3, 4, 5, 6]
    await told(two, "message_changed", what="deleted")
    assert [frame["change"] for frame in changes(two.b)] == [1, *live]


async def test_thousand_reactions_are_one_thing(two: Talk) -> None:
    await two.a.say("a")
    for _ in range(505):
        await two.b.send({"type": "react", "message_id": 1, "emoji": "👍", "is_on": True})
        await two.b.send({"type": "react", "message_id": 1, "emoji": "👍", "is_on": False})
    while len(two.b.of("done")) < 1010:
        await two.b.next()
    (frame,) = await resumed(two.bob, two.room, 1)
    assert (frame["change"], frame["what"], frame.get("reactions")) == (1011, "reactions", None)


async def test_pages_of_changes(two: Talk) -> None:
    for text in "abcd":
        await two.a.say(text)
    await edit(two.a, "A")
    await react(two.b, message_id=3)
    found, since = [], 0
    while page := (answer := await two.bob.changes(two.room, since=since, limit=2))["changes"]:
        assert answer["change"] == page[-1]["change"]
        found += [(frame["type"], frame["message_id"]) for frame in page]
        since = answer["change"]
    assert found == [
        *(("chat_message", 2), ("chat_message", 4)),
        *(("message_changed", 1), ("message_changed", 3)),
    ]
    assert answer == {"changes": [], "change": 6}
    assert (await two.bob.changes(two.room, since=7)) == {"changes": [], "change": 6}
    assert len((await two.bob.changes(two.room, limit=0))["changes"]) == 1
