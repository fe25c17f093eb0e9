"""GET /api/mentions: where somebody is mentioned, newest first, page by page."""

from typing import Any

import pytest

from tests.support.doing import DELETED, delete, edit, react, reply, where
from tests.support.factories import MakePerson
from tests.support.frames import check
from tests.support.person import Person
from tests.support.talk import Talk, talk


@pytest.fixture
async def two(person: MakePerson) -> Talk:
    """Two people who are connected."""
    return await talk(person, read="manual")


async def mentions(somebody: Person, **query: Any) -> tuple[list[dict[str, Any]], str | None]:
    """Return the messages, checked, and the cursor."""
    answer = await somebody.http.get("/api/mentions", params=query)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found.keys() == {"messages", "cursor"}
    for message in found["messages"]:
        check({key: value for key, value in message.items() if key != "room_id"})
    return found["messages"], found["cursor"]


async def test_messages_have_all_fields_and_their_room(two: Talk) -> None:
    assert await mentions(two.bob) == ([], None)
    await two.b.say("question")
    await reply(two.a, f"@{two.bob.username}", 1)
    await react(two.b, message_id=2)
    ((message,), cursor) = await mentions(two.bob)
    shown = (await two.bob.http.get(where(two.room, 2))).json()
    assert (message, cursor) == ({**shown, "room_id": two.room}, None)
    assert {"reply_to", "reactions", "mentions"} <= message.keys()
    assert await mentions(two.alice) == ([], None)


async def test_pages(two: Talk) -> None:
    other = await two.alice.create_room(two.bob)
    for number in range(5):
        await two.alice.post((two.room, other)[number % 2], f"{number} @{two.bob.username}")
    found, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        page, cursor = await mentions(two.bob, limit=2, **({"cursor": cursor} if cursor else {}))
        found += [message["message"][0] for message in page]
        pages += 1
    assert found == ["4", "3", "2", "1", "0"]
    assert pages == 3
    for bad in ({"cursor": "x"}, {"cursor": "-1"}, {"cursor": "9" * 17}, {"limit": "x"}):
        answer = await two.bob.http.get("/api/mentions", params=bad)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


async def test_page_that_is_just_full_has_no_empty_one_behind_it(two: Talk) -> None:
    for _ in range(2):
        await two.a.say(f"@{two.bob.username}")
    messages, cursor = await mentions(two.bob, limit=2)
    assert (len(messages), cursor) == (2, None)


async def test_edited_away_deleted_and_added(two: Talk) -> None:
    name = two.bob.username
    for text in (f"one @{name}", f"two @{name}", "three", "four @all"):
        await two.a.say(text)
    await edit(two.a, "one")
    await delete(two.a, 2)
    await edit(two.a, f"three @{name}", 3)
    messages, _ = await mentions(two.bob)
    assert [message["message"] for message in messages] == [f"three @{name}", "four @all"]
    assert DELETED not in str(messages)


async def test_rooms_that_one_has_left_are_not_listed(two: Talk) -> None:
    await two.a.say(f"@{two.bob.username}")
    await two.alice.remove_member(two.room, two.bob.id)
    assert await mentions(two.bob) == ([], None)
    await two.alice.invite(two.room, two.bob)
    assert len((await mentions(two.bob))[0]) == 1
