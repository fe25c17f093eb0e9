"""Two processes that share a database and a Redis, against one of the same kind."""

import os
import statistics
from dataclasses import replace

from benchmarks.backends import POSTGRES, Redis
from benchmarks.people import layout
from benchmarks.scenarios.fanout import MANUAL
from benchmarks.stage import Stage, Theatre

ROOMS, SIZE = 50, 8
MESSAGES = 30  # Of each person.
WINDOW = 6
CORES_WANTED = 4  # Two servers, the generator, and one for PostgreSQL and Redis.


async def two(theatre: Theatre) -> None:
    """50 rooms of eight, spread over the processes; everybody speaks. With PostgreSQL unless a
    database is given.
    """
    backends = theatre.backends
    backends.url = backends.url or POSTGRES
    medians = {}
    for processes in (1, 2):
        other = replace(theatre, with_redis=True, samples={})
        await _measure(other, processes)
        theatre.samples |= other.samples
        medians[processes] = statistics.median(other.samples[f"{_name(processes)}: messages per s"])
    theatre.note("two processes: times the messages of one", medians[2] / medians[1])
    theatre.note(f"two processes: cores here (of {CORES_WANTED} wanted)", os.cpu_count() or 0)


async def _measure(theatre: Theatre, processes: int) -> None:
    each = theatre.times(MESSAGES, least=4)
    what = _name(processes)
    async with theatre.stage(layout(ROOMS, SIZE), processes) as stage:
        async with stage.crowd(query=MANUAL) as crowd:
            speakers = await crowd.come(stage.places)
            await crowd.talk(speakers, max(1, each // 4), WINDOW)
            for _ in range(theatre.repeat):
                published = _published(stage.redis)
                with stage.meter() as meter:
                    await crowd.talk(speakers, each, WINDOW)
                messages = each * len(speakers)
                theatre.note(f"{what}: messages per s", messages / meter.wall)
                theatre.note(f"{what}: deliveries per s", messages * SIZE / meter.wall)
                theatre.note(f"{what}: µs per message", 1e6 * meter.cpu / messages)
                spent = _published(stage.redis) - published
                theatre.note(f"{what}: publishes per message", spent / messages)
                theatre.note_others(what, meter)
            theatre.note(f"{what}: subscriptions per process and room", _subscriptions(stage))
            await stage.verify(crowd)


def _name(processes: int) -> str:
    return "two processes" if processes == 2 else "one process"


def _published(redis: Redis | None) -> int:
    if redis is None:
        return 0
    with redis.server.client() as client:
        stats = client.info("commandstats")
    return sum(
        int(stats.get(f"cmdstat_{command}", {}).get("calls", 0))
        for command in ("publish", "spublish")
    )


def _subscriptions(stage: Stage) -> float:
    """Channels that the processes listen to, control channels too, for each room and process."""
    if stage.redis is None:
        return 0.0
    with stage.redis.server.client() as client:
        counts = client.pubsub_numsub(*client.pubsub_channels())
    return float(sum(count for _, count in counts)) / len(stage.servers) / len(stage.places)
