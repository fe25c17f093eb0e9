"""Tasks that run beside the requests end when they are told to."""

import asyncio

import pytest

import background
from background import end


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "CANCEL_AGAIN_SECONDS", 0.01)


async def _serve_forever(lost: int) -> None:
    """Loses so many cancellations, as a library does that raises an error of its own instead."""
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if not lost:
                raise
            lost -= 1


async def test_a_lost_cancellation_is_repeated() -> None:
    tasks = [asyncio.create_task(_serve_forever(lost)) for lost in (0, 1, 3)]
    await asyncio.sleep(0)
    await end(None, *tasks)
    assert all(task.cancelled() for task in tasks)


async def test_what_has_failed_has_ended() -> None:
    async def fail() -> None:
        raise ValueError

    task = asyncio.create_task(fail())
    await end(task)
    await end(task)
    assert task.done()


async def test_nothing_is_there_to_be_ended() -> None:
    await end()
    await end(None)
