"""Messages: who gets which frame, exactly, and in which order."""

import pytest

from limits import MESSAGE_MAX
from tests.support.factories import MakePerson
from tests.support.frames import barrier, check
from tests.support.talk import Talk, talk

TEXT = "Привет! Как дела?"


@pytest.fixture
async def two(person: MakePerson) -> Talk:
    """Alice and bob in a room of the shared server."""
    return await talk(person)


async def test_message_goes_to_everybody_and_its_sender_is_told(two: Talk) -> None:
    sent = check(await two.a.say(TEXT))
    (said,) = two.a.skipped
    stamp = sent["timestamp"]
    expected = {
        "type": "chat_message",
        "message_id": 1,
        "message": TEXT,
        "user_id": two.alice.id,
        "username": two.alice.username,
        "timestamp": stamp,
        "is_read": False,
        "change": 1,
    }
    assert check(said) == expected
    assert sent == {
        "type": "message_sent",
        "message_id": 1,
        "message": TEXT,
        "timestamp": stamp,
    }
    assert await barrier(two.b) == [expected]


async def test_message_sent_follows_its_own_message_at_once(two: Talk) -> None:
    """Also when both talk at the same time."""
    for number in range(20):
        await two.a.send({"type": "chat_message", "message": f"a{number}"})
        await two.b.send({"type": "chat_message", "message": f"b{number}"})
    for chat in (two.a, two.b):
        while len(chat.of("chat_message")) < 40 or len(chat.of("message_sent")) < 20:
            check(await chat.next())
    for chat in (two.a, two.b):
        sent = [place for place, frame in enumerate(chat.seen) if frame["type"] == "message_sent"]
        assert len(sent) == 20
        for place in sent:
            before, after = chat.seen[place - 1], chat.seen[place]
            assert before["type"] == "chat_message"
            assert before["message_id"] == after["message_id"]
            assert before["timestamp"] == after["timestamp"]


async def test_other_tab_of_the_sender_gets_the_message_alone(two: Talk) -> None:
    tab = await two.alice.connect(two.room)
    await tab.expect("ready")
    await two.a.say(TEXT)
    frames = await barrier(tab)
    assert [f["message"] for f in frames if f["type"] == "chat_message"] == [TEXT]
    assert tab.of("message_sent") == []


async def test_numbers_are_dense_and_each_room_has_its_own(two: Talk) -> None:
    other = await two.alice.create_room(two.bob)
    chat = await two.alice.connect(other)
    numbers = [(await two.a.say(f"one {number}"))["message_id"] for number in range(3)]
    await chat.say("elsewhere")
    numbers.append((await two.b.say("four"))["message_id"])
    assert numbers == [1, 2, 3, 4]
    assert chat.of("chat_message")[0]["message_id"] == 1


@pytest.mark.parametrize(
    "text",
    [
        "  kept as it was written\n\tspaces and lines  ",
        "<script>alert(1)</script> & \"quotes\" 'too' \\ /",
        "👨‍👩‍👧‍👦 ёЁ שלום مرحبا \u202eright to left \u0001",
        "я" * MESSAGE_MAX,
        "😀" * MESSAGE_MAX,
    ],
    ids=["spaces", "markup", "scripts", "longest", "longest of pairs"],
)
async def test_text_arrives_as_it_was_written(two: Talk, text: str) -> None:
    await two.a.say(text)
    assert (await two.b.expect("chat_message"))["message"] == text
    assert [m["message"] for m in await two.bob.messages(two.room)] == [text]


@pytest.mark.parametrize("text", ["", " ", "\n\t \u00a0\u2003"], ids=repr)
async def test_empty_message_is_refused_in_the_words_of_the_document(two: Talk, text: str) -> None:
    await two.a.send({"type": "chat_message", "message": text})
    assert await two.a.next() == {
        "type": "error",
        "message": "Сообщение не может быть пустым",
        "code": "empty_message",
    }
    assert await barrier(two.b) == []
    assert await two.alice.messages(two.room) == []


async def test_too_long_message_is_refused(two: Talk) -> None:
    text = "я" * (MESSAGE_MAX + 1)
    await two.a.send({"type": "chat_message", "message": text, "client_id": "long"})
    error = check(await two.a.next())
    assert (error["code"], error["client_id"]) == ("message_too_long", "long")
    assert "4000" in error["message"]
    assert await barrier(two.b) == []


async def test_order_and_additional_fields_do_not_matter(two: Talk) -> None:
    await two.a.send_raw('{"is_typing":1,"message":"later","more":{"x":[1]},"type":"chat_message"}')
    assert (await two.a.expect("message_sent"))["message"] == "later"
