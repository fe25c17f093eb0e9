"""Limits of speed: rate_limited with its retry_after, then 4029; others feel nothing."""

import asyncio
import contextlib

from websockets.exceptions import ConnectionClosed

from tests.support.chat import Chat, Frame
from tests.support.factories import MakePerson
from tests.support.frames import barrier, check
from tests.support.server import Server
from tests.support.talk import talk


async def answers(chat: Chat, count: int) -> list[Frame]:
    """Return the next `count` frames that answer a message: message_sent or error."""
    found: list[Frame] = []
    while len(found) < count:
        frame = await chat.next()
        found += [frame] if frame["type"] in {"message_sent", "error"} else []
    return found


async def test_messages_are_limited_and_told_when_to_try_again(
    limited: Server, person: MakePerson
) -> None:
    two = await talk(person, on=limited)
    for number in range(100):
        await two.a.send({"type": "chat_message", "message": "x", "client_id": f"id-{number}"})
    frames = await answers(two.a, 100)
    refused = [check(frame) for frame in frames if frame["type"] == "error"]
    assert {frame["code"] for frame in refused} == {"rate_limited"}
    assert 20 <= len(refused) <= 40, "a hurried person's 60 pass"
    assert {frame.get("client_id") for frame in frames} == {f"id-{n}" for n in range(100)}
    assert all(0 < frame["retry_after"] <= 1 for frame in refused)
    await asyncio.sleep(refused[-1]["retry_after"])
    await two.a.say("patient", refused[-1]["client_id"])
    await barrier(two.b)
    assert len(two.b.of("chat_message")) == len(two.a.of("message_sent"))


async def test_limit_belongs_to_the_person_not_to_the_connection(
    limited: Server, person: MakePerson
) -> None:
    two = await talk(person, on=limited)
    tabs = [await two.alice.connect(two.room) for _ in range(4)]
    for chat in tabs:
        for _ in range(30):
            await chat.send({"type": "chat_message", "message": "x"})
        await barrier(chat)
    assert sum(len(chat.of("error")) for chat in tabs) > len(tabs) + 20
    await two.b.say("bob is not limited")
    answer = await two.alice.http.post(f"/api/rooms/{two.room}/messages", json={"message": "x"})
    assert answer.status_code in {201, 429}


async def test_api_posts_are_limited_with_retry_after(limited: Server, person: MakePerson) -> None:
    alice = await person("alice", on=limited)
    path = f"/api/rooms/{await alice.create_room()}/messages"
    posts = [alice.http.post(path, json={"message": "x"}) for _ in range(250)]
    answers = await asyncio.gather(*posts)
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert {answer.status_code for answer in answers} == {201, 429}
    assert all(answer.json()["code"] == "rate_limited" for answer in refused)
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)


async def test_typing_is_limited(limited: Server, person: MakePerson) -> None:
    two = await talk(person, on=limited)
    for number in range(400):
        await two.a.send({"type": "typing", "is_typing": number % 2 == 0})
    frames = await barrier(two.a)
    assert {check(frame)["code"] for frame in frames} == {"rate_limited"}
    assert all(frame["retry_after"] > 0 for frame in frames)
    assert len(await barrier(two.b)) <= 400 - len(frames)


async def test_flooding_is_ended(limited: Server, person: MakePerson) -> None:
    two = await talk(person, on=limited)
    with contextlib.suppress(ConnectionClosed):
        for _ in range(700):
            await two.a.send_raw("nonsense")
    assert await two.a.closed() == 4029
    codes = {check(frame)["code"] for frame in two.a.of("error")}
    assert codes <= {"bad_frame", "rate_limited", "unknown_type"}
    frames = await two.b.frames_until("user_status", is_online=False)
    assert len(frames) == 1
    await two.b.say("bob has felt nothing")


async def test_refused_frames_keep_their_client_id_in_a_flood(
    limited: Server, person: MakePerson
) -> None:
    """Without it a page could not tell which of its messages is to be sent again."""
    two = await talk(person, on=limited)
    for number in range(450):
        await two.a.send({"type": "chat_message", "message": "x", "client_id": f"id-{number}"})
    frames = await answers(two.a, 450)
    assert {frame.get("client_id") for frame in frames} == {f"id-{n}" for n in range(450)}


async def test_burst_in_a_room_costs_no_listener_the_connection(
    shared_server: Server, person: MakePerson
) -> None:
    """More than fits into one outgoing queue, stored at once; everybody reads as it comes."""
    two = await talk(person, on=shared_server)
    for number in range(600):
        await two.a.send({"type": "chat_message", "message": f"{number}"})
    while len(two.b.of("chat_message")) < 600:
        await two.b.next()
    while len(two.a.of("message_sent")) < 600:
        await two.a.next()
    assert [f["message_id"] for f in two.b.of("chat_message")] == list(range(1, 601))
