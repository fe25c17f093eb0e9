"""What is done to messages in a direct conversation, and by people who have blocked each other."""

import pytest

from tests.support.doing import where
from tests.support.factories import MakePerson
from tests.support.person import Person


@pytest.fixture
async def pair(person: MakePerson) -> tuple[Person, Person, int]:
    """Two people, and their conversation, in which each has said something."""
    alice, bob = await person("alice"), await person("bob")
    room = await alice.direct(bob)
    await alice.post(room, "a")
    await bob.post(room, "b")
    return alice, bob, room


async def statuses(somebody: Person, room: int, own: int, other: int) -> dict[str, str]:
    """Return what comes of everything that somebody may try: "" or the code."""
    asked = {
        "react": ("PUT", where(room, other, "/reactions/🎉"), None),
        "edit": ("PATCH", where(room, own), {"message": "edited"}),
        "pin": ("PUT", f"/api/rooms/{room}/pins/{other}", None),
        "unreact": ("DELETE", where(room, other, "/reactions/🎉"), None),
        "delete": ("DELETE", where(room, own), None),
    }
    found = {}
    for name, (method, path, body) in asked.items():
        answer = await somebody.http.request(method, path, json=body)
        found[name] = "" if answer.is_success else answer.json()["code"]
    return found


async def test_everything_works_there(pair: tuple[Person, Person, int]) -> None:
    alice, bob, room = pair
    assert set((await statuses(alice, room, 1, 2)).values()) == {""}
    await bob.post(room, "c")
    assert set((await statuses(bob, room, 2, 3)).values()) == {""}
    deleted = [message.get("is_deleted") for message in await alice.messages(room)]
    assert deleted == [True, True, None]


async def test_who_is_blocked_takes_back_their_words_and_no_more(
    pair: tuple[Person, Person, int],
) -> None:
    alice, bob, room = pair
    await alice.http.put(where(room, 2, "/reactions/🎉"))
    await alice.http.put(where(room, 1, "/reactions/👍"))
    assert (await bob.http.put(f"/api/blocks/{alice.id}")).status_code == 204
    assert await statuses(alice, room, 1, 2) == {
        **dict.fromkeys(("edit", "pin"), "blocked"),
        "react": "",  # It is there already.
        "unreact": "",
        "delete": "",
    }
    assert (await alice.http.put(where(room, 2, "/reactions/🎉"))).json()["code"] == "blocked"
    assert "reactions" not in (await bob.messages(room))[1]
    assert await statuses(bob, room, 2, 2) == {
        **dict.fromkeys(("react", "edit", "pin"), "unblock_first"),
        "unreact": "",
        "delete": "",  # It was not there.
    }
    assert [message.get("is_deleted") for message in await bob.messages(room)] == [True, True]


async def test_blocked_person_mentions_nobody(person: MakePerson) -> None:
    """Their texts in rooms of both are neither counted nor listed."""
    alice, bob = await person("alice"), await person("bob")
    room = await alice.create_room(bob)
    await bob.http.put(f"/api/blocks/{alice.id}")
    await alice.post(room, f"@{bob.username} @all")
    item = next(each for each in await bob.rooms() if each["id"] == room)
    assert (item["mention_count"], item["unread_count"]) == (0, 0)
    assert (await bob.http.get("/api/mentions")).json()["messages"] == []


async def test_reaction_of_somebody_blocked_counts_in_a_room(person: MakePerson) -> None:
    alice, bob = await person("alice"), await person("bob")
    room = await alice.create_room(bob)
    await bob.post(room, "a")
    await bob.http.put(f"/api/blocks/{alice.id}")
    assert (await alice.http.put(where(room, 1, "/reactions/🎉"))).status_code == 204
    (message,) = await bob.messages(room)
    assert message["reactions"] == [{"emoji": "🎉", "count": 1, "user_ids": [alice.id]}]
