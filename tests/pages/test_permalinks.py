"""Addresses of messages, of those that are gone too, and for those who may not see them."""

import httpx

from tests.pages.test_message_details import delete
from tests.support.factories import MakePerson
from tests.support.person import Person


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
