"""Pins: any member's, fifty a room, the latest first."""

import pytest

from tests.support.doing import delete, edit, pin, told, where
from tests.support.factories import MakePerson
from tests.support.frames import barrier, check
from tests.support.talk import Talk, talk


@pytest.fixture
async def two(person: MakePerson) -> Talk:
    """Two people who are connected."""
    return await talk(person, read="manual")


async def pinned(two: Talk) -> list[int]:
    """Return what is pinned in the room."""
    answer = await two.bob.http.get(f"/api/rooms/{two.room}/pins")
    found = [check(message) for message in answer.json()["messages"]]
    assert all(message["is_pinned"] for message in found)
    return [message["message_id"] for message in found]


async def test_any_member_pins_and_unpins(two: Talk) -> None:
    await two.a.say("a")
    assert await pin(two.b, client_id="p") == {"type": "done", "change": 2, "client_id": "p"}
    frame = await told(two, "message_changed", what="pinned")
    assert (frame["is_pinned"], frame["by"], frame["user_id"]) == (True, two.bob.id, two.alice.id)
    assert (await pin(two.a))["change"] == 2
    assert (await pin(two.a, is_pinned=False))["change"] == 3
    frame = await told(two, "message_changed", what="unpinned")
    assert ("is_pinned" in frame, frame["by"]) == (False, two.alice.id)
    assert (await pin(two.b, is_pinned=False))["change"] == 3
    assert (await pin(two.b, client_id="p"))["change"] == 3, "repeated after it was undone"
    assert await pinned(two) == []


async def test_latest_pin_comes_first_also_when_pinned_again(two: Talk) -> None:
    for text in ("a", "b", "c"):
        await two.a.say(text)
    for message_id in (2, 3, 1):
        await pin(two.a, message_id)
    assert await pinned(two) == [1, 3, 2]
    await pin(two.a, 2, is_pinned=False)
    await pin(two.a, 2)
    assert await pinned(two) == [2, 1, 3]


async def test_pin_shows_the_new_text_and_ends_with_deletion(two: Talk) -> None:
    await two.a.say("a")
    await two.a.say("b")
    for message_id in (1, 2):
        await pin(two.b, message_id)
    await edit(two.a, "A")
    (second, first) = (await two.bob.http.get(f"/api/rooms/{two.room}/pins")).json()["messages"]
    assert (second["message_id"], first["message"]) == (2, "A")
    assert (await delete(two.a))["change"] == 6, "deleted and unpinned are one change"
    assert await pinned(two) == [2]
    await barrier(two.b)
    assert two.b.of("message_changed")[-1]["what"] == "deleted"


async def test_fifty_pins_a_room(two: Talk) -> None:
    for number in range(51):
        await two.a.say(f"{number}")
    for message_id in range(1, 51):
        assert (await pin(two.b, message_id))["type"] == "done"
    error = await pin(two.b, 51, client_id="x")
    assert (error["code"], error["client_id"]) == ("too_many_pins", "x")
    answer = await two.bob.http.put(f"/api/rooms/{two.room}/pins/51")
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_pins")
    assert (await pin(two.b, 50))["type"] == "done", "it is pinned already"
    await delete(two.a, 50)
    assert (await pin(two.b, 51))["type"] == "done"
    assert await pinned(two) == [51, *range(49, 0, -1)]


async def test_what_is_not_there_is_not_pinned(two: Talk) -> None:
    assert (await pin(two.a))["code"] == "not_found"
    await two.a.say("a")
    await delete(two.a)
    for is_pinned in (True, False):
        assert (await pin(two.a, is_pinned=is_pinned))["code"] == "gone"
    answer = await two.bob.http.put(f"/api/rooms/{two.room}/pins/1")
    assert (answer.status_code, answer.json()["code"]) == (410, "gone")
    assert (await two.bob.http.get(where(two.room))).json()["is_deleted"] is True
