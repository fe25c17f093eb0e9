"""The same client_id again, at any time and on any way, stores nothing new."""

import asyncio

import pytest

from tests.support.factories import MakePerson
from tests.support.frames import barrier, check
from tests.support.talk import Talk, talk


@pytest.fixture
async def two(person: MakePerson) -> Talk:
    """Alice and bob in a room of the shared server."""
    return await talk(person)


async def test_client_id_comes_back(two: Talk) -> None:
    sent = check(await two.a.say("once", "id-1"))
    assert sent["client_id"] == "id-1"
    assert check(await two.b.expect("chat_message"))["client_id"] == "id-1"
    (stored,) = await two.bob.messages(two.room)
    assert stored["client_id"] == "id-1"


async def test_repeated_on_the_same_connection(two: Talk) -> None:
    first = await two.a.say("once", "id-1")
    await two.b.expect("chat_message")
    for text in ("once", "another text under the same id"):
        await two.a.send({"type": "chat_message", "message": text, "client_id": "id-1"})
        assert await two.a.next() == first
    assert await barrier(two.a, two.b) == []
    assert len(await two.alice.messages(two.room)) == 1


async def test_repeated_in_one_burst(two: Talk) -> None:
    """All in one transaction, perhaps."""
    for _ in range(20):
        await two.a.send({"type": "chat_message", "message": "once", "client_id": "id-1"})
    while len(two.a.of("message_sent")) < 20:
        await two.a.next()
    answers = two.a.of("message_sent")
    assert answers == [answers[0]] * 20
    assert len(two.a.of("chat_message")) == 1
    assert len([f for f in await barrier(two.b) if f["type"] == "chat_message"]) == 1


async def test_repeated_on_other_ways(two: Talk) -> None:
    """Another tab, a new connection, the API; nobody hears it twice."""
    first = await two.a.say("once", "id-1")
    tab = await two.alice.connect(two.room)
    assert await tab.say("once", "id-1") == first
    two.a.vanish()
    again = await two.alice.connect(two.room)
    assert await again.say("once", "id-1") == first
    assert await two.alice.post(two.room, "once", "id-1") == first
    await barrier(two.b)
    assert len(two.b.of("chat_message")) == 1
    assert len(await two.alice.messages(two.room)) == 1


async def test_posted_by_the_api_first(two: Talk) -> None:
    first = await two.alice.post(two.room, "once", "id-1")
    assert await two.a.say("once", "id-1") == first


async def test_many_ways_at_the_same_time(two: Talk) -> None:
    posts = [two.alice.post(two.room, "once", "id-1") for _ in range(8)]
    answers = await asyncio.gather(two.a.say("once", "id-1"), *posts)
    assert all(answer == answers[0] for answer in answers)
    await barrier(two.b)
    assert len(two.b.of("chat_message")) == 1


async def test_ids_belong_to_one_author_and_one_room(two: Talk) -> None:
    other = await two.alice.create_room(two.bob)
    elsewhere = await two.alice.connect(other)
    await two.a.say("mine", "id-1")
    assert (await two.b.say("bob's", "id-1"))["message_id"] == 2
    assert (await elsewhere.say("in another room", "id-1"))["message_id"] == 1


@pytest.mark.parametrize("client_id", ["x", "x" * 64, "ё😀 \u0001"], ids=["1", "64", "any"])
async def test_client_ids_that_are_good(two: Talk, client_id: str) -> None:
    assert (await two.a.say("hello", client_id))["client_id"] == client_id
    assert (await two.a.say("hello", client_id))["message_id"] == 1


async def test_no_client_id_never_repeats(two: Talk) -> None:
    assert (await two.a.say("same"))["message_id"] == 1
    assert (await two.a.say("same"))["message_id"] == 2
    await two.a.send({"type": "chat_message", "message": "same", "client_id": None})
    sent = await two.a.expect("message_sent")
    assert sent["message_id"] == 3
    assert "client_id" not in sent
