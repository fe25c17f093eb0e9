"""Replies: what is quoted is what is there when it is sent."""

import re

import pytest

from tests.support.doing import delete, edit, react, reply, told, where
from tests.support.factories import MakePerson
from tests.support.frames import barrier
from tests.support.talk import Talk, talk


@pytest.fixture
async def two(person: MakePerson) -> Talk:
    """Two people who are connected."""
    return await talk(person, read="manual")


async def test_quote_live_in_the_history_and_resumed(two: Talk) -> None:
    await two.alice.http.patch("/api/profile", json={"display_name": "Алиса"})
    await two.a.expect("user_changed")
    await two.a.say("a **word**")
    frame = await reply(two.b, "yes", 1)
    assert frame["reply_to"] == {
        "message_id": 1,
        "user_id": two.alice.id,
        "username": two.alice.username,
        "display_name": "Алиса",
        "message": "a **word**",
    }
    assert await told(two, "chat_message", message_id=2) == frame
    assert (await two.bob.http.get(where(two.room, 2))).json() == frame
    assert (await two.bob.messages(two.room))[1] == frame
    for since, after in ((1, None), (None, 1)):
        chat = await two.bob.connect(two.room, after=after, since=since, read="manual")
        assert (await chat.frames_until("ready"))[:-1] == [frame]


@pytest.mark.parametrize("length", [200, 201])
async def test_quote_is_cut_by_code_points(two: Talk, length: int) -> None:
    text = "😀" * length
    await two.a.say(text)
    quoted = (await reply(two.b, "yes", 1))["reply_to"]["message"]
    assert quoted == ("😀" * 200 + "…" if length > 200 else text)


async def test_quote_follows_the_edits_of_what_it_quotes(two: Talk) -> None:
    await two.a.say("a")
    await reply(two.b, "yes", 1)
    await edit(two.a, "A")
    await react(two.a, message_id=2)
    await reply(two.b, "to what it says now", 1)
    first, later = [each["reply_to"] for each in (await two.bob.messages(two.room))[1:]]
    assert first["message"] == later["message"] == "A"
    assert first["is_edited_since"] is True
    assert "is_edited_since" not in later
    await edit(two.b, "oh yes", 2)
    changed = await told(two, "message_changed", message_id=2, what="edited")
    assert changed["reply_to"] == first
    page = (await two.bob.http.get(f"/rooms/{two.room}/")).text
    assert len(re.findall('class="quote-edited">', page)) == 1
    await delete(two.a)
    quotes = [each["reply_to"] for each in (await two.bob.messages(two.room))[1:]]
    assert all("is_edited_since" not in each for each in quotes)


@pytest.mark.parametrize(("to", "code"), [(1, "gone"), (0, "not_found"), (9, "not_found")])
async def test_reply_to_what_is_not_there(two: Talk, to: int, code: str) -> None:
    await two.a.say("a")
    await delete(two.a)
    error = await reply(two.b, "yes", to, client_id="r")
    assert (error["code"], error["client_id"]) == (code, "r")
    answer = await two.bob.http.post(
        f"/api/rooms/{two.room}/messages", json={"message": "yes", "reply_to": to}
    )
    assert (answer.status_code, answer.json()["code"]) == ({"gone": 410}.get(code, 404), code)
    assert len(await two.bob.messages(two.room)) == 1


async def test_reply_of_another_room_is_not_found(two: Talk) -> None:
    other = await two.alice.create_room(two.bob)
    for text in ("a", "b"):
        await two.alice.post(other, text)
    await two.a.say("a")
    assert (await reply(two.b, "yes", 2))["code"] == "not_found"


async def test_reply_by_http(two: Talk) -> None:
    await two.a.say("a")
    answer = await two.bob.http.post(
        f"/api/rooms/{two.room}/messages",
        json={"message": "yes", "reply_to": 1, "client_id": "r"},
    )
    sent = answer.json()
    assert (answer.status_code, sent["type"], sent["message_id"]) == (201, "message_sent", 2)
    assert (await told(two, "chat_message", message_id=2))["reply_to"]["message"] == "a"


async def test_repeated_reply_is_answered_also_when_its_root_is_deleted(two: Talk) -> None:
    await two.a.say("a")
    await reply(two.b, "yes", 1, client_id="r")
    await delete(two.a)
    await two.b.send({"type": "chat_message", "message": "yes", "reply_to": 1, "client_id": "r"})
    assert (await two.b.expect("message_sent", client_id="r"))["message_id"] == 2
    await barrier(two.b)
    assert len(two.b.of("message_sent")) == 2


async def test_deleted_reply_shows_no_quote(two: Talk) -> None:
    await two.a.say("a")
    await reply(two.b, "yes", 1)
    await delete(two.b, 2)
    assert "reply_to" not in await told(two, "message_changed", message_id=2)
    assert "reply_to" not in (await two.bob.messages(two.room))[1]
