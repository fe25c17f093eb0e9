"""Storing messages: numbers dense and in order, nothing twice, nothing locked for ever."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.timezone import now

from models import Post, Refusal, Room, Session, StoredMessage, User
from models.database import atomically
from models.queries.messages import messages_after
from models.sql.message_store import PostResult, store
from tests.support.person import PASSWORD
from tests.support.server import run_python
from tests.support.tables import opened, people, room_of
from tests.support.waiting import deadline, eventually


def draft(room: int, author: int, text: str = "x", client_id: str | None = None) -> Post:
    """Return a draft of somebody's."""
    return Post(room, author, f"user{author}", text, client_id)


def stored(outcome: PostResult) -> StoredMessage:
    """Return the message; AssertionError when it was refused."""
    assert not isinstance(outcome, Refusal), outcome
    return outcome[0]


async def numbers(room: int) -> list[int]:
    """Return the numbers of all messages in a room; AssertionError unless its head is the last."""

    async def settled() -> list[int] | None:
        # A transaction whose caller was cancelled may commit between the two reads.
        found = [message.message_id for message in await messages_after(room, 0, 2**53, 10_000)]
        return found if (await Room.get(id=room)).revision == len(found) else None

    return await eventually(settled, "as many messages as the head says") or []


async def test_numbers_are_dense_and_in_order(database_url: str) -> None:
    async with opened(database_url):
        (alice, bob) = await people("alice", "bob")
        first, second = await room_of(alice, bob), await room_of(alice)
        outcomes = await store(
            [draft(first, alice.id, "1"), draft(second, alice.id, "1"), draft(first, bob.id, "2")]
        )
        assert [(stored(o).message_id, stored(o).change) for o in outcomes] == [
            (1, 1),
            (1, 1),
            (2, 2),
        ]
        outcomes = await store([draft(first, bob.id, str(number)) for number in range(3, 101)])
        assert [stored(o).message_id for o in outcomes] == list(range(3, 101))
        kept = await messages_after(first, 0, 1000, 1000)
        assert [(m.message_id, m.body) for m in kept] == [(n, str(n)) for n in range(1, 101)]
        assert stored(outcomes[0]).created_at == kept[2].created_at
        assert await numbers(second) == [1]


async def test_repetitions_get_the_first_message(database_url: str) -> None:
    async with opened(database_url):
        (alice, bob) = await people("alice", "bob")
        room = await room_of(alice, bob)
        again = draft(room, alice.id, "x", "id")
        first, same, other = await store([again, again, draft(room, bob.id, "y", "id")])
        assert first == (stored(same), True)
        assert same == (stored(first), False)
        assert stored(other).message_id == 2
        (later,) = await store([draft(room, alice.id, "changed", "id")])
        assert (stored(later).message_id, stored(later).body) == (1, "x")
        assert not isinstance(later, Refusal)
        assert later[1] is False
        assert await numbers(room) == [1, 2]


async def test_only_members_are_stored(database_url: str) -> None:
    async with opened(database_url):
        (alice, eve) = await people("alice", "eve")
        room = await room_of(alice)
        outcomes = await store(
            [
                draft(room, alice.id),
                draft(room, eve.id),
                draft(999, alice.id),
                draft(room, alice.id),
            ]
        )
        refused = [o.code if isinstance(o, Refusal) else None for o in outcomes]
        assert refused == [None, "not_a_member", "not_a_member", None]
        assert await numbers(room) == [1, 2]


async def test_poor_message_does_not_take_the_others_with_it(database_url: str) -> None:
    """What a database cannot keep must not get as far; or one person silences all."""
    async with opened(database_url):
        (alice,) = await people("alice")
        room = await room_of(alice)
        await store([draft(room, alice.id), draft(room, alice.id, "x" * 4000, "😀" * 64)])
        assert await numbers(room) == [1, 2]


async def test_opposite_orders_do_not_deadlock(database_url: str) -> None:
    async with opened(database_url):
        (alice,) = await people("alice")
        rooms = [await room_of(alice) for _ in range(4)]
        batches = [
            [draft(room, alice.id) for room in (rooms if number % 2 else rooms[::-1])]
            for number in range(40)
        ]
        async with deadline(20, "forty transactions over the same rooms"):
            await asyncio.gather(*(store(batch) for batch in batches))
        for room in rooms:
            assert await numbers(room) == list(range(1, 41))


async def test_processes_store_together(database_url: str, tmp_path: Path) -> None:
    """In opposite orders, with the same client_ids: each once, no gap, no deadlock."""
    async with opened(database_url):
        (alice,) = await people("alice")
        rooms = [await room_of(alice) for _ in range(3)]
    runs = [
        run_python(
            "-m", "tests.support.storing", database_url, str(alice.id),
            ",".join(map(str, order)), "60", cwd=tmp_path, settings={},
        )
        for order in (rooms, rooms[::-1], rooms)
    ]  # fmt: skip
    results = await asyncio.gather(*runs)
    assert [status for status, _ in results] == [0, 0, 0], results
    given = [json.loads(output.splitlines()[-1]) for _, output in results]
    assert given[0] == given[1] == given[2], "all were answered with the same numbers"
    async with opened(database_url):
        for room in rooms:
            assert await numbers(room) == list(range(1, 61))
            assert sorted(given[0][str(room)].values()) == list(range(1, 61))


async def test_cancelled_caller_does_not_lock_the_database(database_url: str) -> None:
    async with opened(database_url):
        (alice,) = await people("alice")
        room = await room_of(alice)
        inside, go_on = asyncio.Event(), asyncio.Event()

        async def work(connection: BaseDBAsyncClient) -> None:
            await Room.lock([room], connection)
            inside.set()
            await go_on.wait()

        caller = asyncio.create_task(atomically(work))
        await inside.wait()
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        go_on.set()
        async with deadline(5, "the database, after a cancelled transaction"):
            assert stored((await store([draft(room, alice.id)]))[0]).message_id == 1


async def test_cancellation_at_any_moment_leaves_no_gap(database_url: str) -> None:
    async with opened(database_url):
        (alice,) = await people("alice")
        room = await room_of(alice)
        for moment in range(60):
            task = asyncio.create_task(store([draft(room, alice.id)]))
            for _ in range(moment):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        async with deadline(10, "the database, after cancelled transactions"):
            (last,) = await store([draft(room, alice.id)])
        found = await numbers(room)
        assert found == list(range(1, len(found) + 1))
        assert stored(last).message_id <= len(found)


async def test_use_of_a_login_is_stored_once_an_hour(database_url: str) -> None:
    async with opened(database_url):
        (alice,) = await people("alice")
        session = await Session.of(await Session.start(alice))
        assert session
        began = session.last_used_at
        assert began
        for ago, stays in ((timedelta(minutes=59), True), (timedelta(minutes=61), False)):
            await Session.filter(id=session.id).update(last_used_at=began - ago)
            await session.refresh_from_db()
            await session.store_last_used()
            assert ((await Session.get(id=session.id)).last_used_at == began - ago) == stays


async def test_login_that_has_run_out_is_none(database_url: str) -> None:
    async with opened(database_url):
        (alice,) = await people("alice")
        token = await Session.start(alice)
        session = await Session.of(token)
        assert session
        assert await Session.alive([session.id]) == {session.id}
        assert len(await Session.all_of(alice.id)) == 1
        await Session.filter(id=session.id).update(expires_at=now())
        assert await Session.of(token) is None
        assert await Session.alive([session.id]) == set()
        assert await Session.all_of(alice.id) == []


async def test_password_that_has_just_been_changed_logs_nobody_in(database_url: str) -> None:
    async with opened(database_url):
        alice = await User.register("alice", PASSWORD)
        known = await User.authenticate("alice", PASSWORD)
        await alice.change_password(PASSWORD, "a new password")
        with pytest.raises(Refusal, match="bad_credentials"):
            await Session.start(known)
        assert await Session.all_of(alice.id) == []
        assert await Session.start(await User.authenticate("alice", "a new password"))
