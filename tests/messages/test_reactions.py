"""Reactions: canonical, counted, a set, and merged where many come at once."""

import asyncio
import json
from typing import Any
from urllib.parse import quote

import pytest

from models.message_change import MessageChange
from realtime.committed_encoder import CommittedEncoder
from realtime.waiting_commands import WaitingMessage
from tests.support.commands import edit as edit_command
from tests.support.commands import posted, run
from tests.support.commands import react as react_command
from tests.support.doing import changes, delete, do, pin, react, told, where
from tests.support.factories import MakePerson
from tests.support.frames import barrier, check
from tests.support.tables import opened, people, room_of
from tests.support.talk import Talk, talk


@pytest.fixture
async def two(person: MakePerson) -> Talk:
    """Two people who are connected."""
    two = await talk(person, read="manual")
    await two.a.say("a")
    await two.b.expect("chat_message")
    return two


SPELLINGS = (
    *(("❤", "❤️"), ("❤️", "❤️"), ("❤︎", "❤️"), ("👍", "👍"), ("👍️", "👍"), ("👍🏽", "👍🏽")),
    *(("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"), ("🏳\u200d🌈", "🏳️\u200d🌈")),
    *(("🇷🇺", "🇷🇺"), ("#\ufe0f\u20e3", "#\ufe0f\u20e3"), ("*\u20e3", "*\ufe0f\u20e3")),
)
JUNK = (
    *("", " ", "a", "ab", ":+1:", "👍👍", "👍 ", "❤️x", "#", "1", "\x00", "👍\x00", "<b>", "../.."),
    *("\u200d", "\ufe0f", "\ufe0f" * 31, "👍" * 4_000, "🇷", "🇷🇺🇷", "🏽🏽", "👨\u200d", "\u202e👍"),
    *("💩\ufe0f\u20e3", "\uff11", "👍\ufe0f" * 16),
)


async def test_spellings_of_one_emoji_are_one(two: Talk) -> None:
    change = 1
    for sent, kept in SPELLINGS:
        await react(two.b, sent)
        assert (await told(two, "reaction"))["emoji"] == kept
        assert (await react(two.b, kept))["change"] == change + 1
        path = where(two.room, more=f"/reactions/{quote(sent)}")
        assert (await two.bob.http.put(path)).status_code == 204
        change += 2
        assert (await react(two.b, sent, is_on=False))["change"] == change
        taken = await told(two, "reaction", is_on=False)
        assert (taken["count"], taken["previous"]) == (0, change - 1)


async def test_what_is_no_emoji(two: Talk) -> None:
    for junk in JUNK:
        for is_on in (True, False):
            error = await react(two.b, junk, is_on=is_on, client_id="x")
            assert (error["code"], error["client_id"]) == ("bad_emoji", "x"), junk


async def test_reactions_are_a_set(two: Talk) -> None:
    for done, is_on in ((2, True), (2, True), (3, False), (3, False), (4, True)):
        assert (await react(two.b, is_on=is_on))["change"] == done
    await react(two.a)
    (message,) = await two.bob.messages(two.room)
    ids = [two.bob.id, two.alice.id]
    assert message["reactions"] == [{"emoji": "👍", "count": 2, "user_ids": ids}]
    await barrier(two.b)
    assert [(frame["is_on"], frame["count"]) for frame in two.b.of("reaction")] == [
        *((True, 1), (False, 0), (True, 1), (True, 2))
    ]


async def test_taking_what_is_not_there_is_done_alone(two: Talk) -> None:
    await react(two.a)
    assert await react(two.b, is_on=False) == {"type": "done", "change": 2}
    assert await react(two.b, "🎉", is_on=False) == {"type": "done", "change": 2}


async def test_reaction_to_what_is_not_there(two: Talk) -> None:
    for message_id in (0, 2, 2**53):
        assert (await react(two.b, message_id=message_id))["code"] == "not_found"
    await delete(two.a)
    for is_on in (True, False):
        assert (await react(two.b, is_on=is_on))["code"] == "gone"
    assert (await pin(two.b))["code"] == "gone"


async def test_reactions_make_nothing_unread(two: Talk) -> None:
    await two.b.settled()
    await react(two.a)
    await told(two, "reaction")
    (room,) = await two.bob.rooms()
    assert (room["unread_count"], room["last_read"]) == (0, 1)


async def test_display_name_of_who_reacts(two: Talk) -> None:
    await two.bob.http.patch("/api/profile", json={"display_name": "Боб"})
    await two.b.expect("user_changed")
    await react(two.b)
    assert (await told(two, "reaction"))["display_name"] == "Боб"


async def test_reactions_of_one_batch_to_one_message_are_one_frame(database_url: str) -> None:
    """And nothing else is merged; each sender is answered with the number of their own."""
    async with opened(database_url):
        alice, bob, carol = await people("alice", "bob", "carol")
        room = await room_of(alice, bob, carol)
        await posted(room, alice, "a", "b")
        commands: list[Any] = [
            *(react_command(room, alice), react_command(room, bob, message_id=2)),
            *(react_command(room, bob), react_command(room, carol, is_on=False)),
            *(react_command(room, carol), edit_command(room, alice, "A")),
            *(react_command(room, bob, "🎉"), react_command(room, bob, "🎉", is_on=False)),
        ]
        committed = [
            WaitingMessage(command, 0.0).committed(result, is_fresh=True)
            for command, result in zip(commands, await run(*commands), strict=True)
            if isinstance(result, MessageChange) and result.kind
        ]
        committed.sort(key=lambda each: each.change)
        found = CommittedEncoder("en").encode(committed)
        frames = [check(json.loads(each.frame)) for each in found]
        assert [(each.first, each.change) for each in found] == [(3, 5), (6, 6), (7, 7), (8, 9)]
        kinds = [(frame["type"], frame.get("what"), frame.get("from")) for frame in frames]
        assert kinds == [
            ("message_changed", "reactions", 3),
            ("reaction", None, None),
            ("message_changed", "edited", None),
            ("message_changed", "reactions", 8),
        ]
        ids = [alice.id, bob.id, carol.id]
        assert frames[0]["reactions"] == [{"emoji": "👍", "count": 3, "user_ids": ids}]
        assert (frames[0]["by"], frames[3]["by"]) == (carol.id, bob.id)


async def test_storm_has_every_number_in_few_frames(two: Talk, person: MakePerson) -> None:
    crowd = [two.alice, two.bob, *[await person("guest") for _ in range(3)]]
    for guest in crowd[2:]:
        await two.alice.add_member(two.room, guest)
    chats = [await one.connect(two.room, read="manual") for one in crowd]
    emoji = [chr(0x1F600 + number) for number in range(20)]
    await asyncio.gather(
        *(
            chat.send({"type": "react", "message_id": 1, "emoji": each, "is_on": True})
            for each in emoji
            for chat in chats
        )
    )
    for chat in chats:
        while len(chat.of("done")) < len(emoji):
            await chat.next()
    await barrier(two.a)
    frames = changes(two.a)[1:]
    numbers = [n for f in frames for n in range(f.get("from") or f["change"], f["change"] + 1)]
    first = numbers[0]
    assert numbers == list(range(first, first + 100))
    assert first == 5, "three people came in before"
    # How many come together is the machine's affair; benchmarks say how few it takes.
    assert len(frames) < 100
    (message,) = await two.alice.messages(two.room)
    final = {each["emoji"]: each["count"] for each in message["reactions"]}
    assert final == dict.fromkeys(emoji, 5)
    for chat in chats:
        dones = [frame["change"] for frame in chat.of("done")]
        assert dones == sorted(set(dones))
    assert (await do(two.a, "react", emoji="👍", is_on=True))["code"] == "too_many_reactions"
