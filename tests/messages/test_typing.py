"""The typing indicator: to others only, and it ends by itself."""

import pytest

from tests.support.factories import MakePerson
from tests.support.frames import barrier, check
from tests.support.talk import Talk, greeted, talk

# Beseda ends it after 6 s of silence.
SILENCE = 8.0


@pytest.fixture
async def two(person: MakePerson) -> Talk:
    """Alice and bob in a room of the shared server."""
    return await talk(person)


def indicator(two: Talk, *, is_typing: bool) -> dict[str, object]:
    """Return the frame that tells of alice."""
    return {
        "type": "typing_indicator",
        "user_id": two.alice.id,
        "username": two.alice.username,
        "is_typing": is_typing,
    }


async def test_typing_is_told_to_others_only(two: Talk) -> None:
    tab = await two.alice.connect(two.room)
    await greeted(tab, two.alice, two.bob)
    for is_typing in (True, False):
        await two.a.send({"type": "typing", "is_typing": is_typing})
        assert check(await two.b.next()) == indicator(two, is_typing=is_typing)
    assert await barrier(two.a, tab, two.b) == []


async def test_typing_stays_in_its_room(two: Talk) -> None:
    other = await two.alice.create_room(two.bob)
    elsewhere = await two.bob.connect(other)
    await greeted(elsewhere, two.alice, two.bob)
    await two.a.send({"type": "typing", "is_typing": True})
    await two.b.expect("typing_indicator")
    assert await barrier(elsewhere) == []


async def test_typing_ends_by_silence(two: Talk) -> None:
    await two.a.send({"type": "typing", "is_typing": True})
    assert await two.b.next() == indicator(two, is_typing=True)
    assert await two.b.next(SILENCE) == indicator(two, is_typing=False)


@pytest.mark.parametrize("way", ["close", "vanish"])
async def test_typing_ends_by_leaving(two: Talk, way: str) -> None:
    await two.a.send({"type": "typing", "is_typing": True})
    await two.b.expect("typing_indicator", is_typing=True)
    if way == "close":
        await two.a.close()
    else:
        two.a.vanish()
    assert await two.b.next() == indicator(two, is_typing=False)


async def test_repeated_typing_is_not_repeated_to_others_at_once(two: Talk) -> None:
    """The document's React example sends two frames for every key."""
    for _ in range(30):
        await two.a.send({"type": "typing", "is_typing": True})
    await barrier(two.a)
    assert len(await barrier(two.b)) == 1


async def test_typing_of_who_has_stopped_is_not_told(two: Talk) -> None:
    """Nothing has begun, so there is nothing to end."""
    await two.a.send({"type": "typing", "is_typing": True})
    await two.a.send({"type": "typing", "is_typing": False})
    await two.a.close()
    status = (await two.b.frames_until("user_status", is_online=False))[:-1]
    assert [frame["is_typing"] for frame in status] == [True, False]
