"""What costs its sender a frame and everybody else in the room one each: at most a few a second."""

import asyncio
from collections import Counter

from structlog.testing import capture_logs

from realtime.connection import Connection
from realtime.read_marks import ReadMarks
from realtime.throttled_log import RefusalLog
from realtime.typing import TypingUsers
from tests.project.test_logs import lines
from tests.support.factories import MakePerson
from tests.support.frames import barrier
from tests.support.memory_socket import MemorySocket
from tests.support.server import Server
from tests.support.talk import talk
from tests.support.waiting import eventually

FLOOD = 80
MARKS = 28


async def test_flicker_of_typing_is_told_a_few_times_and_its_end_always(
    limited: Server, person: MakePerson
) -> None:
    two = await talk(person, on=limited)
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number in range(FLOOD):
        await two.a.send({"type": "typing", "is_typing": number % 2 == 0})
    await two.a.send({"type": "typing", "is_typing": True})
    await barrier(two.a, two.b)
    # What was last is told, at once or later.
    if not two.b.of("typing_indicator")[-1]["is_typing"]:
        await two.b.expect("typing_indicator", is_typing=True)
    spent = loop.time() - began
    assert len(two.b.of("typing_indicator")) <= 6 + 2 * spent + 1


async def test_a_few_changes_are_told_at_once_and_the_last_of_many_later() -> None:
    told: list[bool] = []
    typing_users = TypingUsers(lambda _, frame: told.append(b'"is_typing":true' in frame))
    connection = Connection(
        MemorySocket(), number=1, room_id=1, user_id=1, username="alice", session_id=1
    )
    for number in range(101):
        typing_users.set(connection, number % 2 == 0)
    assert told == [True, False] * 3

    async def is_told() -> bool:
        return len(told) > 6

    await eventually(is_told, "the last state")
    assert told == [*[True, False] * 3, True]
    typing_users.forget(connection)
    assert told == [*[True, False] * 3, True, False]


async def test_moves_of_the_read_mark_are_told_a_few_times_a_second(
    limited: Server, person: MakePerson
) -> None:
    """Each is told to the whole room; those that have to wait are answered all the same."""
    two = await talk(person, on=limited, read="manual")
    for number in range(1, MARKS + 1):
        await two.alice.post(two.room, f"{number}")
    await two.b.expect("chat_message", message_id=MARKS)
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number in range(1, MARKS + 1):
        await two.b.send({"type": "mark_read", "message_id": number})
        await two.b.expect("messages_marked_read", message_id=number)
    spent = loop.time() - began
    await two.a.expect("messages_read", message_id=MARKS)
    assert len(two.a.of("messages_read")) <= 20 + 5 * spent + 1


async def test_read_marks_that_wait_are_stored_as_one() -> None:
    stored: list[tuple[int | None, int]] = []
    is_free = asyncio.Event()

    async def store(upto: int | None, count: int) -> None:
        stored.append((upto, count))
        await is_free.wait()

    marks = ReadMarks(store)
    assert marks.put(1) is None
    await asyncio.sleep(0)
    waits = [marks.put(upto) for upto in (30, 7, 5, *range(28))]
    assert waits == [None] * 31
    full = marks.put(6)
    assert full is not None, "the sender has to wait"
    is_free.set()
    await full
    assert stored == [(1, 1), (30, 32)]
    marks.put(4)
    marks.put(None)
    await asyncio.sleep(0)
    assert stored[-1] == (None, 2), "to the end is furthest"
    await marks.close()


async def test_what_was_refused_is_summed_up() -> None:
    refusals = RefusalLog(seconds=0.01)
    with capture_logs() as logged:
        for number in range(500):
            refusals.note("bad_frame" if number % 5 else "rate_limited", user=7, connection=1)
        assert [line["code"] for line in logged].count("bad_frame") == 8
        assert len(logged) == 10

        async def is_summed_up() -> bool:
            return len(logged) == 11

        await eventually(is_summed_up, "the sum")
    (summary,) = (line for line in logged if line["event"] == "refused_in_all")
    assert summary["count"] == 500
    assert summary["codes"] == {"bad_frame": 400, "rate_limited": 100}


async def test_refusals_of_one_person_are_logged_with_a_bound(
    limited: Server, person: MakePerson
) -> None:
    two = await talk(person, on=limited)
    for chat in (two.a, two.b):
        for _ in range(FLOOD):
            await chat.send_raw("nonsense")
    await barrier(two.a, two.b)
    errors = [frame["code"] for chat in (two.a, two.b) for frame in chat.of("error")]
    assert errors.count("bad_frame") == 2 * FLOOD
    logged = Counter(line["user"] for line in lines(limited) if line["event"] == "refused")
    assert (logged[two.alice.id], logged[two.bob.id]) == (10, 10)
