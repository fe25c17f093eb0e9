"""What is private in a conversation is what the database said last, whichever answer comes last."""

import asyncio

import pytest

from realtime import privacy
from realtime.broadcast.memory import MemoryBroadcast

ROOM, EVE, BOB = 7, 1, 2


async def test_answer_from_before_a_block_does_not_undo_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two connections of PostgreSQL's pool answer in any order."""
    answers: list[asyncio.Future[frozenset[int]]] = []

    async def slow(_: int) -> frozenset[int]:
        answers.append(asyncio.get_running_loop().create_future())
        return await answers[-1]

    monkeypatch.setattr(privacy, "private_members", slow)
    private = privacy.Privacy(MemoryBroadcast())
    entering = asyncio.create_task(private.enter(ROOM))
    await asyncio.sleep(0)
    blocking = asyncio.create_task(private.refresh(ROOM))
    await asyncio.sleep(0)
    answers[1].set_result(frozenset({EVE, BOB}))
    await blocking
    answers[0].set_result(frozenset())
    await entering
    assert private.of(ROOM) == {EVE, BOB}
    private.leave(ROOM)
    assert private.of(ROOM) == frozenset()
