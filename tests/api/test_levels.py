"""PUT /api/rooms/<id>/level, and the mute that it was before."""

import pytest

from tests.support.factories import MakePerson
from tests.support.frames import check
from tests.support.person import Person


async def seen(somebody: Person, room: int) -> tuple[str, bool]:
    """Return (level, is_muted) as the list of rooms has them."""
    item = next(each for each in await somebody.rooms() if each["id"] == room)
    assert item["is_muted"] == (await somebody.room(room))["is_muted"]
    return item["level"], item["is_muted"]


async def put(somebody: Person, room: int, what: str, value: object) -> int:
    """Choose; return the status."""
    name = "level" if what == "level" else "is_muted"
    answer = await somebody.http.put(f"/api/rooms/{room}/{what}", json={name: value})
    return answer.status_code


async def test_levels(person: MakePerson) -> None:
    alice, bob = await person("alice"), await person("bob")
    room = await alice.create_room(bob)
    lobby = await bob.lobby()
    assert await seen(bob, room) == ("all", False)
    for level in ("mentions", "nothing", "mentions", "all"):
        assert await put(bob, room, "level", level) == 204
        told = check(await lobby.expect("room_changed"))["room"]
        assert (told["level"], told["is_muted"]) == (level, level == "nothing")
        assert await seen(bob, room) == (level, level == "nothing")
    assert await seen(alice, room) == ("all", False), "for oneself alone"


async def test_mute_is_the_level_nothing(person: MakePerson) -> None:
    alice = await person("alice")
    room = await alice.create_room()
    await put(alice, room, "level", "mentions")
    assert await put(alice, room, "mute", value=True) == 204
    assert await seen(alice, room) == ("nothing", True)
    assert await put(alice, room, "mute", value=False) == 204
    assert await seen(alice, room) == ("mentions", False)
    await put(alice, room, "level", "nothing")
    await put(alice, room, "mute", value=False)
    assert await seen(alice, room) == ("mentions", False)


@pytest.mark.parametrize("level", ["loud", "", None, 1, ["all"]])
async def test_other_levels_there_are_none(person: MakePerson, level: object) -> None:
    alice = await person("alice")
    room = await alice.create_room()
    answer = await alice.http.put(f"/api/rooms/{room}/level", json={"level": level})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_field")


async def test_level_does_not_change_what_is_counted(person: MakePerson) -> None:
    """What is shown of it, and whether it rings, is the page's."""
    alice, bob = await person("alice"), await person("bob")
    room = await alice.create_room(bob)
    await alice.post(room, f"@{bob.username}")
    for level in ("all", "mentions", "nothing"):
        await put(bob, room, "level", level)
        (item,) = await bob.rooms()
        assert (item["unread_count"], item["mention_count"]) == (1, 1)
