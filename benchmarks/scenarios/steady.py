"""An ordinary busy day: 200 messages a second, sent when their time has come."""

import asyncio
import itertools
import random
import statistics

from benchmarks.crowd import Crowd
from benchmarks.member import Member
from benchmarks.people import layout
from benchmarks.scenarios.fanout import MANUAL
from benchmarks.stage import Theatre
from benchmarks.texts import texts

ROOMS, SIZE = 50, 4
RATE = 200.0
SECONDS = 4.0  # Of each repetition.


async def steady(theatre: Theatre) -> None:
    """50 rooms of four; the latency is from sending to delivery at the others."""
    async with theatre.stage(layout(ROOMS, SIZE)) as stage:
        async with stage.crowd(query=MANUAL) as crowd:
            members = await crowd.come(stage.places)
            await speak(crowd, members, RATE, 1.0)
            for _ in range(theatre.repeat):
                crowd.tally.latencies = []
                seconds = (
                    SECONDS * min(1.0, theatre.scale) / (1 if theatre.target == "beseda" else 2)
                )
                with stage.meter() as meter:
                    sent = await speak(crowd, members, RATE, seconds)
                theatre.note("steady: µs per message", 1e6 * meter.cpu / sent)
                note_latencies(theatre, "steady", crowd.tally.latencies)
                theatre.note_others("steady", meter)
            await stage.verify(crowd)


async def speak(
    crowd: Crowd, members: list[Member], rate: float, seconds: float, length: int = 100
) -> int:
    """Send `rate` messages a second for so long, on schedule whatever the server does, from one
    after the other; return how many when all have arrived.
    """
    bodies = itertools.cycle(texts(length))
    loop = asyncio.get_running_loop()
    began, count = loop.time(), max(1, round(rate * seconds))
    order = random.Random(1).choices(members, k=count)  # noqa: S311 - the same each time
    for number, member in enumerate(order):
        ahead = began + number / rate - loop.time()
        if ahead > 0:
            await asyncio.sleep(ahead)
        crowd.say(member, next(bodies))
    await crowd.arrived()
    return count


def note_latencies(theatre: Theatre, figure: str, latencies: list[float]) -> tuple[float, float]:
    """Note the median and the 99th percentile in milliseconds, and return them."""
    cuts = statistics.quantiles(latencies, n=100)
    p50, p99 = 1e3 * cuts[49], 1e3 * cuts[98]
    theatre.note(f"{figure}: p50 ms", p50)
    theatre.note(f"{figure}: p99 ms", p99)
    return p50, p99
