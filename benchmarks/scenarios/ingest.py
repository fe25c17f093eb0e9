"""Many small rooms in which everybody speaks: what storing a message costs."""

from benchmarks.people import layout
from benchmarks.scenarios.fanout import MANUAL
from benchmarks.stage import Theatre

ROOMS = 100
MESSAGES = 100  # Of each person.
WINDOW = 6


async def ingest(theatre: Theatre) -> None:
    """100 rooms of two, everybody sends as fast as it is acknowledged, six at a time."""
    each = theatre.times(MESSAGES, least=10)
    async with theatre.stage(layout(ROOMS, 2)) as stage:
        async with stage.crowd(query=MANUAL) as crowd:
            speakers = await crowd.come(stage.places)
            await crowd.talk(speakers, max(1, each // 4), WINDOW)
            for _ in range(theatre.repeat):
                with stage.meter() as meter:
                    await crowd.talk(speakers, each, WINDOW)
                messages = each * len(speakers)
                theatre.note("ingest: µs per message", 1e6 * meter.cpu / messages)
                theatre.note("ingest: messages per s", messages / meter.wall)
                theatre.note_others("ingest", meter)
            await stage.verify(crowd)
