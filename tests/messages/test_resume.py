"""Resuming with ?after=: all that was missed, once, in order, joined to the live stream."""

import asyncio

import pytest

from tests.support.chat import Chat
from tests.support.factories import MakePerson, StartServer
from tests.support.frames import barrier, check
from tests.support.person import Person
from tests.support.talk import talk


@pytest.fixture
async def alice(person: MakePerson) -> Person:
    """Somebody on the shared server."""
    return await person("alice")


@pytest.fixture
async def room(alice: Person) -> int:
    """Her room."""
    return await alice.create_room()


async def fill(chat: Chat, count: int) -> None:
    """Say `count` messages fast, a handful at a time."""
    for number in range(count):
        await chat.send({"type": "chat_message", "message": f"{number}"})
        if number % 50 == 49 or number == count - 1:
            while len(chat.of("message_sent")) <= number:
                await chat.next()


def numbers(chat: Chat) -> list[int]:
    """Return the message_ids as they arrived."""
    return [frame["message_id"] for frame in chat.of("chat_message")]


async def test_ready_opens_the_stream(alice: Person, room: int) -> None:
    chat = await alice.connect(room)
    ready = check(await chat.next())
    limits = ready.pop("limits")
    assert ready == {
        "type": "ready",
        "room_id": room,
        "revision": 0,
        "change": 0,
        "user_id": alice.id,
        "username": alice.username,
    }
    assert limits == {
        "message_length": 4000,
        "client_id_length": 64,
        "frame_bytes": 65536,
        "replay": 1000,
        "edit_seconds": None,
    }


async def test_without_after_nothing_is_replayed(alice: Person, room: int) -> None:
    await alice.post(room, "before")
    chat = await alice.connect(room)
    assert (await chat.next())["revision"] == 1
    await barrier(chat)
    assert numbers(chat) == []


@pytest.mark.parametrize(("after", "expected"), [(0, [1, 2, 3]), (2, [3]), (3, []), (99, [])])
async def test_replay(alice: Person, room: int, after: int, expected: list[int]) -> None:
    for number in range(3):
        await alice.post(room, f"message {number}", client_id=f"id-{number}")
    chat = await alice.connect(room, after=after)
    frames = await chat.frames_until("ready")
    assert frames[-1]["revision"] == 3
    assert [check(frame)["message_id"] for frame in frames[:-1]] == expected
    assert frames[:-1] == await alice.messages(room, after=after)
    assert (await chat.say("live"))["message_id"] == 4
    assert numbers(chat) == [*expected, 4]


async def test_replay_tells_what_is_read(person: MakePerson) -> None:
    two = await talk(person, read="manual")
    await two.a.say("read")
    await two.b.send({"type": "mark_read"})
    await two.b.expect("messages_marked_read")
    await two.a.say("unread")
    chat = await two.alice.connect(two.room, after=0, read="manual")
    frames = await chat.frames_until("ready")
    assert [frame["is_read"] for frame in frames[:-1]] == [True, False]


async def test_replay_joins_the_live_stream_without_a_seam(alice: Person, room: int) -> None:
    """Many come in while the room is being talked full."""
    speaker = await alice.connect(room)
    talking = asyncio.create_task(fill(speaker, 600))
    listeners = [speaker]
    while not talking.done() and len(listeners) < 12:
        listeners.append(await alice.connect(room, after=0))
    await talking
    assert len(listeners) > 3, "nobody came in meanwhile"
    for chat in listeners:
        while numbers(chat)[-1:] != [600]:
            await chat.next()
        assert numbers(chat) == list(range(1, 601))


async def test_a_thousand_missed_are_replayed_and_one_more_is_too_far(
    alice: Person, room: int
) -> None:
    await fill(await alice.connect(room), 1001)
    near = await alice.connect(room, after=1)
    frames = await near.frames_until("ready", within=10)
    assert [frame["message_id"] for frame in frames[:-1]] == list(range(2, 1002))
    far = await alice.connect(room, after=0)
    error, ready = check(await far.next()), check(await far.next())
    assert (error["type"], error["code"]) == ("error", "too_far_behind")
    assert (ready["type"], ready["revision"]) == ("ready", 1001)
    assert (await far.say("live"))["message_id"] == 1002
    assert numbers(far) == [1002]


@pytest.mark.parametrize(
    "after", ["-1", "x", "1.5", "", "0x1", "²", "1e3", str(2**53 + 1), "9" * 30, "9" * 5000]
)
async def test_bad_after_is_refused(alice: Person, room: int, after: str) -> None:
    assert await alice.refused(room, after=after) == 400


async def test_restarted_server_loses_and_doubles_nothing(
    server: StartServer, person: MakePerson
) -> None:
    """Killed while people talk: what was acknowledged is there, what was not is sent again."""
    node = await server()
    alice = await person("alice", on=node)
    room = await alice.create_room()
    chat = await alice.connect(room)
    for number in range(300):
        await chat.send({"type": "chat_message", "message": "x", "client_id": f"id-{number}"})
    await chat.expect("message_sent")
    await node.kill()
    await chat.closed()
    acknowledged = {frame["client_id"]: frame for frame in chat.of("message_sent")}
    await node.start()
    again = await alice.connect(room, after=numbers(chat)[-1])
    for number in range(300):
        await again.say("x", f"id-{number}")
    assert numbers(chat) + numbers(again) == list(range(1, 301))
    repeated = {frame["client_id"]: frame for frame in again.of("message_sent")}
    assert acknowledged.items() <= repeated.items()
