"""Addresses of messages, of those that are gone too, and for those who may not see them."""

import re
from datetime import UTC, datetime, timedelta

import httpx

from models import Message
from tests.pages.test_message_details import delete
from tests.support.factories import MakePerson
from tests.support.person import Person
from tests.support.server import Server
from tests.support.tables import opened


async def test_a_deleted_message_is_shown_in_its_place(person: MakePerson) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    for number in range(1, 8):
        await anna.post(room_id, f"message {number}")
    for number in range(3, 7):
        await delete(anna, room_id, number)
    page = (await boris.http.get(f"/rooms/{room_id}/?at=4")).text
    item = page[page.index('id="m4"') : page.index('id="m5"')]
    assert "Сообщение удалено" in item
    assert "message 7" in page


async def test_what_expired_and_what_was_before_one_came_are_told_apart(
    person: MakePerson, shared_server: Server
) -> None:
    """Each in its place: above the messages that are there."""
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room()
    for text in ("expired", "before", "after"):
        if text == "after":
            seen = {"newcomers_see": "from_joining"}
            assert (await anna.http.patch(f"/api/rooms/{room_id}", json=seen)).is_success
            await anna.add_member(room_id, boris)
        await anna.post(room_id, text)
    async with opened(shared_server.settings["DATABASE_URL"] or ""):
        at = datetime.now(UTC) - timedelta(days=40)
        await Message.filter(room_id=room_id, number=1).update(created_at=at)
    rule = {"days": 30, "sure": True}
    assert (await anna.http.put(f"/api/rooms/{room_id}/retention", json=rule)).is_success
    for each in (anna, boris):
        assert (await each.http.patch("/api/profile", json={"language": "en"})).is_success
    for who, number, beginning, texts in (
        (anna, 1, "This message has expired. Earlier messages have expired.", ["before", "after"]),
        (anna, 2, "Earlier messages have expired.", ["before", "after"]),
        (boris, 1, "This message has expired. You see what has been said since", ["after"]),
        (boris, 2, "You see what has been said since you came into the room.", ["after"]),
    ):
        page = (await who.http.get(f"/rooms/{room_id}/?at={number}")).text
        found = page[page.index('id="beginning"') :].partition(">")[2].partition("<")[0]
        assert found.strip().startswith(beginning), (who.username, number)
        assert re.findall(r'class="text"[^>]*>(?:<p>)?(\w+)', page) == texts


async def test_to_others_there_is_no_such_room(person: MakePerson) -> None:
    anna, eve = await person("anna"), await person("eve")
    room_id = await anna.create_room()
    await anna.post(room_id, "a secret")
    for path in ("?at=1", "messages/1", "messages/1/thread"):
        answers = [await said(eve, each, path) for each in (room_id, 10**9)]
        assert answers[0] == answers[1], path
        assert answers[0][0] == httpx.codes.FORBIDDEN


async def said(somebody: Person, room_id: int, path: str) -> tuple[int, str]:
    """Return the status of a page of a room, and what it says, without the number that it was asked
    for by.
    """
    answer = await somebody.http.get(f"/rooms/{room_id}/{path}")
    text = answer.text[answer.text.index("<main") : answer.text.index("</main>")]
    return answer.status_code, text.replace(f"/rooms/{room_id}/", "/rooms/N/")
