"""Long work on the event loop, in slices of time between which everybody else has a turn."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from time import perf_counter
from typing import TypeVar

T = TypeVar("T")

# Nobody notices that they wait for so long, and what is asked of the loop in between takes less.
# Without it 64 KiB of pings, in one read, hold everybody up for 200 ms.
SLICE_SECONDS = 0.002


class TimeSlice:
    """How long the loop has been held without a pause. It begins when it is made."""

    __slots__ = ("_ends",)

    def __init__(self) -> None:
        self._ends = perf_counter() + SLICE_SECONDS

    @property
    def is_over(self) -> bool:
        """Whether it is time to `pause()`. Costs 0.1 µs."""
        return perf_counter() > self._ends

    async def pause(self) -> None:
        """Let everybody else have a turn, and begin a new slice."""
        await asyncio.sleep(0)
        self._ends = perf_counter() + SLICE_SECONDS


async def in_slices(items: Iterable[T]) -> AsyncIterator[T]:
    """These items, with a pause in between where the work on them takes long."""
    time_slice = TimeSlice()
    for item in items:
        yield item
        if time_slice.is_over:
            await time_slice.pause()
