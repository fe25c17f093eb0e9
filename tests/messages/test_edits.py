"""An edit: who may, from what, and what everybody sees of it."""

from datetime import timedelta

import pytest
from tortoise.timezone import now

from models import Membership, Message, Refusal
from protocol.client_frames import EditMessage
from realtime.rate_limits import MESSAGES
from tests.support.acting import acting
from tests.support.commands import delete as delete_command
from tests.support.commands import edit as edit_command
from tests.support.commands import outcome, posted
from tests.support.commands import pin as pin_command
from tests.support.commands import react as react_command
from tests.support.doing import delete, edit, pin, react, reply, told, where
from tests.support.factories import MakePerson
from tests.support.frames import TIMESTAMP, barrier, check
from tests.support.tables import opened, people, room_of
from tests.support.talk import Talk, talk


@pytest.fixture
async def two(person: MakePerson) -> Talk:
    """Two people who are connected."""
    return await talk(person, read="manual")


async def test_everybody_sees_every_field_of_the_message(two: Talk) -> None:
    await two.b.say("before")
    answered = await reply(two.a, "a **bold** word", to=1, client_id="post")
    await react(two.b, "🎉", 2)
    await pin(two.b, 2)
    await edit(two.a, f"an _odd_ word, @{two.bob.username}", 2, client_id="edit")
    frame = await told(two, "message_changed", what="edited")
    assert TIMESTAMP.fullmatch(frame.pop("edited_at"))
    assert frame == {
        "type": "message_changed",
        "message_id": 2,
        "thread": 1,
        "message": f"an _odd_ word, @{two.bob.username}",
        "html": f"<p>an <em>odd</em> word, @{two.bob.username}</p>",
        "user_id": two.alice.id,
        "username": two.alice.username,
        "timestamp": answered["timestamp"],
        "is_read": False,
        "change": 5,
        "client_id": "post",
        "reply_to": answered["reply_to"],
        "mentions": [two.bob.id],
        "reactions": [{"emoji": "🎉", "count": 1, "user_ids": [two.bob.id]}],
        "is_pinned": True,
        "what": "edited",
        "by": two.alice.id,
    }


async def test_done_comes_right_after_the_frame_and_to_the_sender_alone(two: Talk) -> None:
    await two.a.say("a")
    second = await two.alice.connect(two.room, read="manual")
    await second.expect("ready")
    await barrier(two.a)
    for text, client_id in (("b", "x"), ("c", None)):
        done = await edit(two.a, text, client_id=client_id)
        assert [frame["type"] for frame in two.a.skipped] == ["message_changed"]
        assert done["change"] == two.a.skipped[0]["change"]
    assert two.a.of("done") == [
        {"type": "done", "change": 2, "client_id": "x"},
        {"type": "done", "change": 3},
    ]
    await second.expect("message_changed", change=3)
    await barrier(two.b, second)
    assert [chat.of("done") for chat in (two.b, second)] == [[], []]


async def test_same_text_is_done_alone(two: Talk) -> None:
    await two.a.say("a")
    await react(two.b)
    assert await edit(two.a, "a", client_id="x") == {"type": "done", "change": 2, "client_id": "x"}
    await barrier(two.a, two.b)
    assert [chat.of("message_changed") for chat in (two.a, two.b)] == [[], []]
    assert (await two.bob.http.get(where(two.room, more="/versions"))).json() == {"versions": []}


async def test_repeated_edit_changes_nothing_also_when_edited_since(two: Talk) -> None:
    await two.a.say("a")
    await edit(two.a, "b", client_id="x")
    await edit(two.a, "c")
    assert (await edit(two.a, "b", client_id="x", base=1))["change"] == 3
    assert (await two.alice.http.get(where(two.room))).json()["message"] == "c"


async def test_edit_repeated_after_deletion_is_gone(two: Talk) -> None:
    await two.a.say("a")
    await edit(two.a, "b", client_id="x")
    await delete(two.a)
    assert (await edit(two.a, "b", client_id="x"))["code"] == "gone"


async def test_base_conflicts_with_edits_alone(two: Talk) -> None:
    await two.a.say("a")
    await react(two.b)
    await pin(two.b)
    assert (await edit(two.a, "b", base=1))["change"] == 4
    await react(two.b, is_on=False)
    assert (await edit(two.a, "c", base=1))["code"] == "edit_conflict"
    error = await edit(two.a, "c", base=3, client_id="x")
    assert (error["code"], error["client_id"]) == ("edit_conflict", "x")
    current = check(error["current"])
    assert current == (await two.alice.http.get(where(two.room))).json()
    assert (current["type"], current["message"], current["change"]) == ("chat_message", "b", 5)
    for base, text in ((4, "c"), (99, "d")):
        assert (await edit(two.a, text, base=base))["type"] == "done"


async def test_conflict_says_whether_the_message_was_read(two: Talk) -> None:
    await two.a.say("a")
    await two.b.settled()
    await edit(two.a, "b")
    assert (await edit(two.a, "c", base=1))["current"]["is_read"] is True


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty_message"), (" \n", "empty_message"), ("x" * 4001, "message_too_long")],
)
async def test_text_is_held_to_what_a_message_is(two: Talk, text: str, code: str) -> None:
    await two.a.say("a")
    assert (await edit(two.a, text, client_id="x"))["code"] == code
    assert (await edit(two.a, "x" * 4000))["type"] == "done"


async def test_who_is_not_the_author_edits_nothing(two: Talk) -> None:
    """Not even an owner; and whoever asks after its deletion is told so first."""
    await two.b.say("bob's")
    assert (await edit(two.a, "alice's"))["code"] == "not_author"
    await delete(two.b)
    assert (await edit(two.a, "alice's"))["code"] == "not_author"
    assert (await edit(two.b, "again"))["code"] == "gone"
    assert (await edit(two.b, "again", 2))["code"] == "not_found"
    assert (await edit(two.b, "again", 0))["code"] == "not_found"


async def test_edit_is_too_late(database_url: str) -> None:
    """Deletions, reactions and pins are not."""
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        await posted(room, alice, "a", "b")
        await Message.filter(number=1).update(created_at=now() - timedelta(seconds=61))
        assert await outcome(
            edit_command(room, alice, "A", seconds=60),
            edit_command(room, alice, "B", 2, seconds=60),
            edit_command(room, alice, "a", seconds=60),
            edit_command(room, bob, "A", seconds=60),
            edit_command(room, alice, "A"),
            react_command(room, bob),
            pin_command(room, bob),
            delete_command(room, alice),
        ) == [
            *("too_late", (3, "edited"), (1, None), "not_author", (4, "edited")),
            *((5, "reacted"), (6, "pinned"), (7, "deleted")),
        ]


async def test_versions_are_the_earlier_texts(two: Talk) -> None:
    await two.a.say("one")
    await react(two.b)
    for text in ("two", "three", "four"):
        await edit(two.a, text)
    found = (await two.bob.http.get(where(two.room, more="/versions"))).json()["versions"]
    assert [(each["message"], each["change"]) for each in found] == [
        *(("one", 1), ("two", 3), ("three", 4))
    ]
    times = [each["edited_at"] for each in found]
    assert all(TIMESTAMP.fullmatch(time) for time in times)
    assert times == sorted(times)
    (message,) = await two.bob.messages(two.room)
    assert times[0] == message["timestamp"]
    assert times[-1] <= message["edited_at"]


async def test_author_erases_earlier_texts_and_the_mark_stays(two: Talk) -> None:
    await two.a.say("one")
    await edit(two.a, "two")
    versions = where(two.room, more="/versions")
    assert (await two.bob.http.delete(versions)).json()["code"] == "not_author"
    assert (await two.alice.http.delete(versions)).status_code == 204
    assert (await two.bob.http.get(versions)).json() == {"versions": []}
    assert "edited_at" in (await two.bob.messages(two.room))[0]
    await edit(two.a, "three")
    (version,) = (await two.bob.http.get(versions)).json()["versions"]
    assert (version["message"], version["change"]) == ("two", 2)


async def test_edits_make_nothing_unread(two: Talk) -> None:
    await two.a.say("a")
    await two.b.settled()
    await edit(two.a, "b")
    await told(two, "message_changed")
    (room,) = await two.bob.rooms()
    assert (room["unread_count"], room["last_read"], room["revision"]) == (0, 1, 1)


async def test_unread_message_stays_one_when_it_is_edited(two: Talk) -> None:
    for text in ("a", "b"):
        await two.a.say(text)
    for text in ("c", "d"):
        await edit(two.a, text, 2)
    (room,) = await two.bob.rooms()
    assert (room["unread_count"], room["last_read"]) == (2, 0)
    assert room["last_message"]["message"] == "d"


async def test_edits_count_as_messages_do(sqlite_url: str) -> None:
    """As fast as somebody may post, they may edit."""
    async with opened(sqlite_url), acting() as services:
        (alice,) = await people("alice")
        room = await room_of(alice)
        await posted(room, alice, "a")
        member = await Membership.of(alice.id, room)
        changed, refused = 0, None
        while refused is None:
            try:
                await services.message_changes.run(member, EditMessage(1, f"{changed}"))
            except Refusal as refusal:
                refused = refusal.code
            else:
                changed += 1
        assert refused == "rate_limited"
        size, rate = MESSAGES[1], MESSAGES[0]
        assert size <= changed < size + 10 * rate
