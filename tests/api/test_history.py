"""History by HTTP: pages of messages, and what is unread."""

from collections.abc import AsyncIterator

import pytest

from tests.support.frames import check
from tests.support.person import Person
from tests.support.server import Server

COUNT = 130


@pytest.fixture(scope="module")
async def bob(shared_server: Server) -> AsyncIterator[Person]:
    """Somebody in a room where another one has said 130 things."""
    async with await Person.join(shared_server, "bob") as bob:
        yield bob


@pytest.fixture(scope="module")
async def room(shared_server: Server, bob: Person) -> int:
    """That room."""
    async with await Person.join(shared_server, "alice") as alice:
        room = await alice.create_room(bob)
        chat = await alice.connect(room)
        for number in range(1, COUNT + 1):
            await chat.say(f"message {number}")
    return room


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, (81, 130)),
        ({"limit": 3}, (128, 130)),
        ({"limit": 100}, (31, 130)),
        ({"limit": 1000}, (31, 130)),
        ({"before": 81}, (31, 80)),
        ({"before": 31, "limit": 100}, (1, 30)),
        ({"before": 4, "limit": 2}, (2, 3)),
        ({"before": 999}, (81, 130)),
        ({"after": 0}, (1, 50)),
        ({"after": 100}, (101, 130)),
        ({"after": 10, "limit": 5}, (11, 15)),
        ({"after": 10, "before": 14}, (11, 13)),
        ({"before": 2**53}, (81, 130)),
    ],
    ids=str,
)
async def test_pages(
    bob: Person, room: int, query: dict[str, int], expected: tuple[int, int]
) -> None:
    messages = await bob.messages(room, **query)
    first, last = expected
    assert [check(m)["message_id"] for m in messages] == list(range(first, last + 1))
    assert all(m["type"] == "chat_message" for m in messages)
    assert messages[0]["message"] == f"message {first}"


@pytest.mark.parametrize(
    "query", [{"before": 0}, {"before": 1}, {"after": COUNT}, {"after": 2**53}]
)
async def test_empty_pages(bob: Person, room: int, query: dict[str, int]) -> None:
    assert await bob.messages(room, **query) == []


@pytest.mark.parametrize("name", ["before", "after", "limit"])
@pytest.mark.parametrize("value", ["x", "-1", "1.5", "", "9" * 30, "9" * 5000, "²", "1 "])
async def test_bad_numbers(bob: Person, room: int, name: str, value: str) -> None:
    answer = await bob.http.get(f"/api/rooms/{room}/messages", params={name: value})
    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] == "bad_request"


async def test_pages_walked_backwards_are_the_whole(bob: Person, room: int) -> None:
    pages = [await bob.messages(room, limit=40)]
    while pages[-1]:
        pages.append(await bob.messages(room, limit=40, before=pages[-1][0]["message_id"]))
    numbers = [m["message_id"] for page in reversed(pages) for m in page]
    assert numbers == list(range(1, COUNT + 1))


async def test_unread_are_counted_up_to_a_hundred(bob: Person, room: int) -> None:
    assert (await bob.rooms())[0]["unread_count"] == 100
    chat = await bob.connect(room, read="manual")
    for message_id, left in ((29, 100), (30, 100), (31, 99), (129, 1), (130, 0)):
        await chat.send({"type": "mark_read", "message_id": message_id})
        await chat.expect("messages_marked_read", message_id=message_id)
        assert (await bob.rooms())[0]["unread_count"] == left
    assert (await bob.room(room))["last_read"] == COUNT
