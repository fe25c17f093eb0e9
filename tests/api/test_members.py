"""What members do beside talking: roles, names, mutes, marks of unread, finding people."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.support.factories import MakePerson
from tests.support.frames import check
from tests.support.person import Person, unique
from tests.support.server import Server
from tests.support.talk import Talk, talk


@pytest.fixture
async def two(person: MakePerson, each_server: Server) -> Talk:
    """Alice, who owns a room, and bob, on each kind of database."""
    return await talk(person, on=each_server, read="manual")


async def set_role(actor: Person, room: int, other: Person, role: str) -> httpx.Response:
    """PATCH a member's role."""
    path = f"/api/rooms/{room}/members/{other.id}"
    return await actor.http.patch(path, json={"role": role})


def code(answer: httpx.Response) -> tuple[int, str]:
    """Return the status and the code of an error."""
    return answer.status_code, answer.json()["code"]


async def item(person: Person) -> dict[str, Any]:
    """Return the only room in somebody's list."""
    (room,) = await person.rooms()
    return room


async def test_owners_share_the_ownership_and_one_always_remains(two: Talk) -> None:
    assert code(await set_role(two.bob, two.room, two.alice, "member")) == (403, "not_owner")
    assert code(await set_role(two.alice, two.room, two.alice, "member")) == (409, "last_owner")
    assert code(await set_role(two.alice, two.room, two.bob, "king")) == (422, "bad_field")
    assert (await set_role(two.alice, two.room, two.bob, "owner")).status_code == 204
    for chat in (two.a, two.b):
        told = check(await chat.expect("member_role"))
        assert (told["user_id"], told["role"]) == (two.bob.id, "owner")
    assert (await two.bob.room(two.room))["role"] == "owner"
    both = ((two.alice, two.bob), (two.bob, two.alice))
    asked = [set_role(one, two.room, other, "member") for one, other in both]
    statuses = [answer.status_code for answer in await asyncio.gather(*asked)]
    assert sorted(statuses) == [204, 403], "whoever comes second owns nothing any more"
    roles = [member["role"] for member in (await two.alice.room(two.room))["members"]]
    assert sorted(roles) == ["member", "owner"]


async def test_owners_rename(two: Talk) -> None:
    path = f"/api/rooms/{two.room}"
    assert code(await two.bob.http.patch(path, json={"name": "x"})) == (403, "not_owner")
    assert code(await two.alice.http.patch(path, json={"name": " "})) == (422, "bad_room_name")
    renamed = await two.alice.http.patch(path, json={"name": "  Living   room "})
    assert (renamed.status_code, renamed.json()["name"]) == (200, "Living room")
    assert check(await two.b.expect("room_renamed"))["name"] == "Living room"
    assert (await two.bob.room(two.room))["name"] == "Living room"


async def test_room_is_told_who_comes_and_goes(two: Talk, person: MakePerson) -> None:
    carol = await person("carol", on=two.alice.server)
    await two.bob.add_member(two.room, carol)
    joined = check(await two.a.expect("member_joined"))
    members = (await two.alice.room(two.room))["members"]
    assert joined["member"] == members[-1]
    await two.alice.remove_member(two.room, two.alice.id)
    assert check(await two.b.expect("member_left"))["user_id"] == two.alice.id
    heir = check(await two.b.expect("member_role"))
    assert (heir["user_id"], heir["role"]) == (two.bob.id, "owner")


async def test_mute_is_ones_own(two: Talk) -> None:
    for is_muted in (True, False):
        path = f"/api/rooms/{two.room}/mute"
        answer = await two.bob.http.put(path, json={"is_muted": is_muted})
        assert (answer.status_code, answer.content) == (204, b"")
        assert (await item(two.bob))["is_muted"] is is_muted
        assert (await two.bob.room(two.room))["is_muted"] is is_muted
        assert (await item(two.alice))["is_muted"] is False


async def test_marked_as_unread_until_it_is_read_again(two: Talk) -> None:
    for number in range(1, 5):
        await two.alice.post(two.room, f"message {number}")
    await two.b.send({"type": "mark_read"})
    await two.b.expect("messages_marked_read", message_id=4)

    answer = await two.bob.http.post(f"/api/rooms/{two.room}/unread", json={"message_id": 2})
    assert (answer.status_code, answer.content) == (204, b"")
    room = await item(two.bob)
    assert (room["unread_count"], room["unread_from"], room["last_read"]) == (3, 2, 4)
    assert (await item(two.alice))["unread_count"] == 0
    assert [m["is_read"] for m in await two.alice.messages(two.room)] == [True] * 4

    # Not by reading what comes before it, and by and by: two of three are read, then all.
    for upto, unread in ((0, 3), (1, 3), (3, 1), (4, 0)):
        await two.b.send({"type": "mark_read", "message_id": upto})
        await two.b.expect("messages_marked_read", message_id=4)
        assert (await item(two.bob))["unread_count"] == unread
    assert (await item(two.bob))["unread_from"] is None


async def test_only_messages_are_marked_as_unread(two: Talk) -> None:
    await two.alice.post(two.room, "the only one")
    for message_id in (0, 2, 2**53):
        path = f"/api/rooms/{two.room}/unread"
        answer = await two.bob.http.post(path, json={"message_id": message_id})
        assert code(answer) == (404, "not_found")


async def test_people_are_found_by_the_beginning_of_a_name(two: Talk, person: MakePerson) -> None:
    stem = unique("Жанна")
    names = [f"{stem}.{letter}" for letter in "абвгдежзийкл"]
    for name in names:
        await person(name, on=two.alice.server)

    async def found(text: str) -> list[str]:
        answer = await two.alice.http.get("/api/people", params={"q": text})
        assert answer.status_code == 200
        people = answer.json()["people"]
        assert all(each.keys() == {"id", "username", "display_name"} for each in people)
        return [each["username"] for each in people]

    ten = await found(stem.upper())
    assert [name.partition(".")[2][0] for name in ten] == list("абвгдежзий")
    assert len(await found(f"@{stem}.а")) == 1
    assert await found(two.bob.username) == [two.bob.username]
    assert await found(two.alice.username) == [], "oneself is not looked for"
    for text in ("", " ", "%", "_", "!", "\\", "\0", "anna" * 100):
        assert await found(text) == [], text


async def test_people_are_found_by_the_words_of_a_display_name(two: Talk) -> None:
    await two.bob.http.patch("/api/profile", json={"display_name": "Борис Ёлкин"})
    for text in ("бор", "Борис", "ёлк", "ЁЛКИН", "борис ё"):
        answer = await two.alice.http.get("/api/people", params={"q": text})
        assert answer.json()["people"] == [
            {"id": two.bob.id, "username": two.bob.username, "display_name": "Борис Ёлкин"}
        ], text
    answer = await two.alice.http.get("/api/people", params={"q": "лкин"})
    assert answer.json()["people"] == []
    room = await two.alice.http.post("/api/direct", json={"username": two.bob.username})
    assert room.json()["name"] == "Борис Ёлкин"
