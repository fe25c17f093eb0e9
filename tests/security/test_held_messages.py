"""A message that waits is kept whole, and posted by approval alone; it costs as much as others."""

import re

import pytest

from tests.support.factories import MakePerson, StartServer
from tests.support.person import Person
from tests.support.server import Server

LINK = "see https://example.com"
WAITS = "Your message waits until an owner of the room lets it through"


@pytest.fixture
async def node(server: StartServer) -> Server:
    return await server()


async def three_links(person: MakePerson, node: Server) -> tuple[Person, Person, int]:
    """An owner who administers the server, a newcomer who has posted three links, and the room."""
    admin, anna = await person("admin", on=node), await person("anna", on=node)
    room = await admin.create_room(anna)
    await admin.http.patch("/api/admin/settings", json={"limits_new_accounts": True})
    for _ in range(3):
        await anna.post(room, LINK)
    return admin, anna, room


async def waiting(owner: Person, room: int) -> list[dict[str, object]]:
    """What waits in the room."""
    answer = await owner.http.get(f"/api/rooms/{room}/held")
    found: list[dict[str, object]] = answer.json()["held"]
    return found


async def test_without_scripts_the_next_text_is_another_message(
    person: MakePerson, node: Server
) -> None:
    admin, anna, room = await three_links(person, node)
    path = f"/api/rooms/{room}/draft"
    draft = (await anna.http.put(path, json={"message": LINK})).json()["version"]
    for there in (f"/rooms/{room}/", f"/rooms/{room}/messages/1/thread"):
        form = {"message": LINK, "client_id": f"waits{len(there)}", "draft": str(draft)}
        answer = await anna.http.post(there, data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{there}?held=1")
        english = {"Accept-Language": "en"}
        page = (await anna.http.get(answer.headers["location"], headers=english)).text
        assert WAITS in page
        assert re.search(r'<textarea [^>]*name="message"[^>]*>\s*</textarea>', page)
        (key,) = re.findall(r'name="client_id" value="([^"]+)"', page)
        assert key != form["client_id"]
    assert (await anna.http.get(path)).json()["message"] == ""
    assert [each["message"] for each in await waiting(admin, room)] == [LINK, LINK]


async def test_no_other_text_is_posted_in_the_place_of_what_waits(
    person: MakePerson, node: Server
) -> None:
    admin, anna, room = await three_links(person, node)
    path, held = f"/api/rooms/{room}/messages", {"client_id": "a", "message": LINK}
    assert (await anna.http.post(path, json=held)).json()["code"] == "held"
    other = {"client_id": "a", "message": "nothing to see"}
    assert (await anna.http.post(path, json=other)).json()["code"] == "held"
    chat = await anna.connect(room)
    await chat.send({"type": "chat_message", **other})
    assert (await chat.expect("error", client_id="a"))["code"] == "held"
    (row,) = await waiting(admin, room)
    await admin.http.post(f"/api/rooms/{room}/held/{row['id']}/approve")
    assert (await chat.expect("chat_message", client_id="a"))["message"] == LINK


async def test_frames_that_are_to_wait_are_counted_as_messages(
    person: MakePerson, server: StartServer
) -> None:
    node = await server(RATE_LIMITS="on")
    _, anna, room = await three_links(person, node)
    last = (await anna.messages(room))[-1]["message_id"]
    chat = await anna.connect(room)
    for frame in ({"type": "chat_message"}, {"type": "edit_message", "message_id": last}):
        for number in range(150):
            await chat.send({**frame, "message": LINK, "client_id": f"{number}"})
        codes = [(await chat.expect("error"))["code"] for _ in range(150)]
        assert "rate_limited" in codes


async def test_nothing_waits_that_could_not_be_posted(person: MakePerson, node: Server) -> None:
    admin, anna, room = await three_links(person, node)
    chat = await anna.connect(room)
    await admin.http.patch(f"/api/rooms/{room}", json={"writers": "owners"})
    path = f"/api/rooms/{room}/messages"
    assert (await anna.http.post(path, json={"message": LINK})).json()["code"] == "owners_only"
    frame = {"type": "chat_message", "message": LINK, "client_id": "a"}
    await chat.send(frame)
    assert (await chat.expect("error", client_id="a"))["code"] == "owners_only"
    await admin.http.patch(f"/api/admin/rooms/{room}", json={"is_archived": True})
    await chat.send(frame)
    assert (await chat.expect("error", client_id="a"))["code"] == "room_archived"
    assert await waiting(admin, room) == []


async def test_approval_knows_no_slow_mode(person: MakePerson, node: Server) -> None:
    """Neither for what is approved, nor for what its author writes next."""
    admin, anna, room = await three_links(person, node)
    path = f"/api/rooms/{room}/messages"
    for _ in range(2):
        await anna.http.post(path, json={"message": LINK})
    await admin.http.patch(f"/api/rooms/{room}", json={"slow_seconds": 21_600})
    for row in await waiting(admin, room):
        answer = await admin.http.post(f"/api/rooms/{room}/held/{row['id']}/approve")
        assert answer.status_code == 204
    assert (await anna.http.post(path, json={"message": "no link"})).status_code == 201
    assert (await anna.http.post(path, json={"message": "more"})).json()["code"] == "slow_mode"
