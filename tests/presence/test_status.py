"""Online and offline: who is told, once, and in which words."""

import pytest

from tests.support.factories import MakePerson, StartServer
from tests.support.frames import TIMESTAMP, barrier, check
from tests.support.person import Person
from tests.support.talk import Talk, greeted, talk


@pytest.fixture
async def two(person: MakePerson) -> Talk:
    """Alice and bob in a room of the shared server."""
    return await talk(person)


def status(person: Person, *, is_online: bool) -> dict[str, object]:
    """Return the frame in the words of the document."""
    return {
        "type": "user_status",
        "user_id": person.id,
        "username": person.username,
        "is_online": is_online,
        "message": f"{person.username} {'в сети' if is_online else 'не в сети'}",
    }


async def test_coming_and_going_is_told(two: Talk) -> None:
    await two.b.close()
    assert check(await two.a.next()) == status(two.bob, is_online=False)
    await two.bob.connect(two.room)
    assert check(await two.a.next()) == status(two.bob, is_online=True)


async def test_lost_connection_is_a_going_too(two: Talk) -> None:
    two.b.vanish()
    assert await two.a.next() == status(two.bob, is_online=False)


async def test_newcomer_is_told_who_is_there(two: Talk, person: MakePerson) -> None:
    carol, dave = await person("carol"), await person("dave")
    for newcomer in (carol, dave):
        await two.alice.add_member(two.room, newcomer)
    chat = await carol.connect(two.room)
    told = [check(await chat.next()) for _ in range(4)]
    assert told[0]["type"] == "ready"
    expected = [status(one, is_online=True) for one in (two.alice, two.bob, carol)]
    assert sorted(told[1:], key=str) == sorted(expected, key=str)
    assert await barrier(chat) == [], "dave is not there"


async def test_second_tab_is_told_but_is_no_news(two: Talk) -> None:
    tab = await two.bob.connect(two.room)
    await greeted(tab, two.alice, two.bob)
    assert await barrier(two.a, two.b) == []


async def test_only_the_last_tab_counts(two: Talk, person: MakePerson) -> None:
    """Bob closes one of two tabs; carol, who leaves after that, is told offline and bob is not."""
    carol = await person("carol")
    await two.alice.add_member(two.room, carol)
    other = await carol.connect(two.room)
    tab = await two.bob.connect(two.room)
    await greeted(tab, two.bob)
    await two.b.close()
    await other.close()
    await two.a.expect("user_status", user_id=carol.id, is_online=False)
    await tab.close()
    await two.a.expect("user_status", user_id=two.bob.id, is_online=False)
    told = [frame for frame in two.a.of("user_status") if frame["user_id"] == two.bob.id]
    assert [frame["is_online"] for frame in told] == [True, False]


async def test_reloading_a_page_is_no_news(two: Talk, person: MakePerson) -> None:
    carol = await person("carol")
    await two.alice.add_member(two.room, carol)
    other = await carol.connect(two.room)
    await two.a.expect("user_status", user_id=carol.id)
    await two.b.close()
    again = await two.bob.connect(two.room)
    await greeted(again, two.bob)
    await other.close()
    frames = await two.a.frames_until("user_status", user_id=carol.id, is_online=False)
    assert [frame for frame in frames if frame.get("user_id") == two.bob.id] == []


async def test_connection_that_is_gone_at_once_hides_nobody(two: Talk, person: MakePerson) -> None:
    """Whoever loses the first connection while it is being announced, and comes back at once, is
    announced all the same.
    """
    for _ in range(10):
        carol = await person("carol")
        await two.alice.add_member(two.room, carol)
        (await carol.connect(two.room)).vanish()
        chat = await carol.connect(two.room)
        await chat.expect("ready")
        await two.a.expect("user_status", user_id=carol.id, is_online=True)


async def test_status_is_told_in_all_rooms_of_the_user(two: Talk, person: MakePerson) -> None:
    """Carol watches a room that bob is in but not connected to."""
    carol = await person("carol")
    other = await carol.create_room(two.bob)
    watch = await carol.connect(other)
    await greeted(watch, carol, two.bob)
    await two.b.close()
    assert await watch.next() == status(two.bob, is_online=False)


async def test_strangers_are_not_told(two: Talk, person: MakePerson) -> None:
    carol = await person("carol")
    chat = await carol.connect(await carol.create_room())
    await greeted(chat, carol)
    await two.b.close()
    await two.a.expect("user_status", user_id=two.bob.id, is_online=False)
    assert await barrier(chat) == []


async def test_room_knows_who_is_there_and_when_others_were(two: Talk) -> None:
    members = (await two.alice.room(two.room))["members"]
    assert [member["is_online"] for member in members] == [True, True]
    assert [member["last_seen"] for member in members] == [None, None]
    await two.b.close()
    await two.a.expect("user_status", user_id=two.bob.id, is_online=False)
    bob = (await two.alice.room(two.room))["members"][1]
    assert bob["is_online"] is False
    assert TIMESTAMP.fullmatch(bob["last_seen"])


async def test_member_added_while_online_is_told_to_the_room(two: Talk, person: MakePerson) -> None:
    carol = await person("carol")
    chat = await carol.connect(await carol.create_room())
    await greeted(chat, carol)
    await two.alice.add_member(two.room, carol)
    assert (await two.a.next())["type"] == "member_joined"
    assert await two.a.next() == status(carol, is_online=True)


async def test_wire_texts_follow_the_setting(server: StartServer, person: MakePerson) -> None:
    two = await talk(person, on=await server(LOCALE="en"))
    told = {frame["message"] for frame in two.a.of("user_status")}
    assert f"{two.bob.username} is online" in told
    await two.a.send({"type": "chat_message", "message": " "})
    assert (await two.a.expect("error"))["message"] == "Message cannot be empty"
