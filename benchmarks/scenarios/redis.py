"""What the way to other processes costs while there are none."""

import statistics
from collections.abc import Awaitable, Callable
from dataclasses import replace

from benchmarks.scenarios.fanout import MESSAGES, ROOM
from benchmarks.scenarios.fanout import measure as fan_out
from benchmarks.scenarios.ingest import ingest
from benchmarks.stage import Theatre


async def redis(theatre: Theatre) -> None:
    """One process, with and without Redis; Redis's own processor time is counted apart."""
    await _compare(theatre, _fanout, "fanout", "µs per delivery")
    await _compare(theatre, ingest, "ingest", "µs per message")


async def _fanout(theatre: Theatre) -> None:
    await fan_out(theatre, "fanout", ROOM, MESSAGES, window=20)


async def _compare(
    theatre: Theatre, scenario: Callable[[Theatre], Awaitable[None]], what: str, unit: str
) -> None:
    repeat = min(theatre.repeat, 2)  # Each is a whole scenario.
    memory = replace(theatre, with_redis=False, repeat=repeat, samples={})
    with_redis = replace(theatre, with_redis=True, repeat=repeat, samples={})
    for other in (memory, with_redis):
        await scenario(other)
    for figure, values in with_redis.samples.items():
        for value in values:
            theatre.note(f"with Redis, {figure}", value)
    before, after = (
        statistics.median(one.samples[f"{what}: {unit}"]) for one in (memory, with_redis)
    )
    theatre.note(f"with Redis, {what}: times memory", after / before)
