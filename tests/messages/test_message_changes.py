"""What is done to a message: edited, deleted, reacted to, pinned; by socket and by HTTP."""

from typing import Any

import pytest

from tests.messages.test_changes import resumed
from tests.support.chat import Chat, Frame
from tests.support.factories import MakePerson
from tests.support.frames import check
from tests.support.talk import Talk, talk

DELETED = "Сообщение удалено"


@pytest.fixture
async def two(person: MakePerson) -> Talk:
    """Two people who are connected."""
    return await talk(person, read="manual")


async def told(two: Talk, type_: str, **fields: Any) -> Frame:
    """Return what both are told, alike."""
    a, b = await two.a.expect(type_, **fields), await two.b.expect(type_, **fields)
    assert check(a) == check(b)
    return a


async def ask(chat: Chat, type_: str, **fields: Any) -> None:
    """Ask for something to be done to message 1."""
    await chat.send({"type": type_, "message_id": 1, **fields})


async def test_edit(two: Talk) -> None:
    await two.a.say("teh soup")
    await ask(two.a, "edit_message", message="the soup", client_id="e1")
    frame = await two.b.expect("message_changed")
    assert frame["what"] == "edited"
    assert (frame["message"], frame["change"], frame["by"]) == ("the soup", 2, two.alice.id)
    assert (frame["message_id"], frame["user_id"]) == (1, two.alice.id)
    assert frame["edited_at"].endswith("Z")
    own, done = (await two.a.frames_until("done"))[-2:]
    assert check(own) == check(frame)
    assert check(done) == {"type": "done", "change": 2, "client_id": "e1"}
    versions = await two.bob.http.get(f"/api/rooms/{two.room}/messages/1/versions")
    (version,) = versions.json()["versions"]
    assert (version["message"], version["change"]) == ("teh soup", 1)


async def test_edit_is_refused(two: Talk) -> None:
    await two.a.say("one")
    await ask(two.b, "edit_message", message="mine now", client_id="x")
    error = await two.b.expect("error")
    assert (error["code"], error["client_id"]) == ("not_author", "x")
    await ask(two.a, "edit_message", message="two")
    await told(two, "message_changed", change=2)
    await ask(two.a, "edit_message", message="three", base=1)
    error = check(await two.a.expect("error"))
    assert (error["code"], error["current"]["message"]) == ("edit_conflict", "two")
    assert (error["current"]["change"], error["current"]["type"]) == (2, "chat_message")
    await ask(two.a, "edit_message", message="three", base=2)
    await told(two, "message_changed", change=3, message="three")
    await two.a.send({"type": "edit_message", "message_id": 9, "message": "x"})
    assert (await two.a.expect("error"))["code"] == "not_found"


async def test_delete_takes_all_but_the_number(two: Talk) -> None:
    await two.a.say("a secret @bob")
    await ask(two.b, "react", emoji="❤", is_on=True)
    await ask(two.b, "pin_message", is_pinned=True)
    await told(two, "message_changed", what="pinned")
    await ask(two.a, "edit_message", message="another secret @bob")
    await ask(two.a, "delete_message", client_id="d")
    frame = await told(two, "message_changed", what="deleted")
    assert (frame["message"], frame["is_deleted"]) == (DELETED, True)
    gone = {"html", "reactions", "mentions", "edited_at", "reply_to", "is_pinned"}
    assert not gone & frame.keys()
    assert (await two.a.expect("done", client_id="d"))["change"] == frame["change"] == 5
    for chat, code in ((two.a, "gone"), (two.b, "not_author")):
        await ask(chat, "edit_message", message="back")
        assert (await chat.expect("error"))["code"] == code
    await ask(two.b, "react", emoji="❤", is_on=True)
    assert (await two.b.expect("error"))["code"] == "gone"
    await ask(two.a, "delete_message", client_id="d2")
    assert await two.a.expect("done") == {"type": "done", "change": 5, "client_id": "d2"}
    versions = await two.bob.http.get(f"/api/rooms/{two.room}/messages/1/versions")
    assert versions.json() == {"versions": []}


async def test_reactions(two: Talk) -> None:
    await two.a.say("soup")
    await ask(two.b, "react", emoji="❤", is_on=True, client_id="r")
    frame = await told(two, "reaction")
    assert frame == {
        "type": "reaction",
        "message_id": 1,
        "change": 2,
        "emoji": "❤️",
        "user_id": two.bob.id,
        "username": two.bob.username,
        "is_on": True,
        "count": 1,
        "previous": 1,
    }
    assert (await two.b.expect("done"))["change"] == 2
    await ask(two.b, "react", emoji="❤️", is_on=True)
    assert await two.b.expect("done") == {"type": "done", "change": 2}
    await ask(two.b, "react", emoji="❤", is_on=False)
    assert (await told(two, "reaction"))["count"] == 0
    await ask(two.b, "react", emoji="❤", is_on=True, client_id="r")
    assert (await two.b.expect("done", client_id="r"))["change"] == 3
    await ask(two.b, "react", emoji="heart", is_on=True)
    assert (await two.b.expect("error"))["code"] == "bad_emoji"


async def test_pins(two: Talk) -> None:
    for text in ("one", "two"):
        await two.a.say(text)
    for message_id in (1, 2):
        await two.b.send({"type": "pin_message", "message_id": message_id, "is_pinned": True})
        frame = await told(two, "message_changed", what="pinned", message_id=message_id)
        assert frame["is_pinned"] is True
    pins = (await two.alice.http.get(f"/api/rooms/{two.room}/pins")).json()["messages"]
    assert [check(pin)["message_id"] for pin in pins] == [2, 1]
    await ask(two.a, "pin_message", is_pinned=False)
    assert "is_pinned" not in await told(two, "message_changed", what="unpinned")


async def test_reply(two: Talk) -> None:
    await two.a.say("x" * 300)
    await two.b.send({"type": "chat_message", "message": "yes", "reply_to": 1})
    frame = await told(two, "chat_message", message_id=2)
    quote = frame["reply_to"]
    assert (quote["message_id"], quote["user_id"]) == (1, two.alice.id)
    assert quote["message"] == "x" * 200 + "…"
    await ask(two.a, "delete_message")
    await told(two, "message_changed", what="deleted")
    one = (await two.bob.http.get(f"/api/rooms/{two.room}/messages/2")).json()
    assert (one["reply_to"]["message"], one["reply_to"]["is_deleted"]) == (DELETED, True)
    for message_id, code in ((1, "gone"), (7, "not_found")):
        await two.b.send({"type": "chat_message", "message": "no", "reply_to": message_id})
        assert (await two.b.expect("error"))["code"] == code


async def test_resumed_each_message_comes_once(two: Talk) -> None:
    for text in ("one", "two", "three"):
        await two.a.say(text)
    await ask(two.a, "edit_message", message="uno")
    await two.b.send({"type": "react", "message_id": 2, "emoji": "🎉", "is_on": True})
    await told(two, "reaction")
    found = await resumed(two.bob, two.room, 0)
    assert [(f["change"], f["type"], f["message_id"]) for f in found] == [
        (3, "chat_message", 3),
        (4, "chat_message", 1),
        (5, "chat_message", 2),
    ]
    found = await resumed(two.bob, two.room, 3)
    assert [(f["type"], f["what"], f["by"]) for f in found] == [
        ("message_changed", "edited", two.alice.id),
        ("message_changed", "reactions", two.bob.id),
    ]
    assert found[1]["reactions"] == [{"emoji": "🎉", "count": 1, "user_ids": [two.bob.id]}]


async def test_digest_is_of_the_last_changes(two: Talk) -> None:
    for text in ("one", "two", "three"):
        await two.a.say(text)
    await ask(two.a, "edit_message", message="uno")
    await told(two, "message_changed")
    for first, total in ((0, 4 + 2 + 3), (2, 2 + 3)):
        await two.b.send({"type": "mark_read", "message_id": 0, "digest": first})
        answer = check(await two.b.expect("messages_marked_read"))
        assert answer["digest"] == {"change": 4, "first": first or 1, "sum": total}
