"""What a connection costs: to open it, and to have it."""

import asyncio

from benchmarks.people import layout
from benchmarks.stage import Theatre

ROOMS = 100
IDLE = 1_000
AT_ONCE = 4
SETTLE_SECONDS = 1.0  # What opening left to do is done by then.


async def connections(theatre: Theatre) -> None:
    """Coming into rooms of two; and a thousand connections in which nothing happens."""
    await _connect(theatre)
    await _idle(theatre, "idle", deflate=False)
    await _idle(theatre, "idle compressed", deflate=True)


async def _connect(theatre: Theatre) -> None:
    async with theatre.stage(layout(ROOMS, 2)) as stage:
        for turn in range(theatre.repeat + 1):
            async with stage.crowd() as crowd:
                with stage.meter() as meter:
                    members = await crowd.come(stage.places, AT_ONCE)
                await asyncio.gather(*(member.leave() for member in members))
                await stage.verify(crowd)
            if turn:  # The first warms up.
                theatre.note("connect: ms per connection", 1e3 * meter.cpu / len(members))
                theatre.note_others("connect", meter)


async def _idle(theatre: Theatre, figure: str, deflate: bool) -> None:
    count = max(20, round(IDLE * theatre.scale))
    # Once: every measurement needs a fresh server, and chance has little part in it.
    async with theatre.stage(layout(count // 2, 2)) as stage:
        async with stage.crowd() as warm:
            await warm.come(stage.places[:5])
            await asyncio.gather(*(member.leave() for member in warm.members))
        await asyncio.sleep(SETTLE_SECONDS)
        async with stage.crowd(deflate=deflate) as crowd:
            with stage.meter() as meter:
                await crowd.come(stage.places)
                await asyncio.sleep(SETTLE_SECONDS)
            await stage.verify(crowd)
        theatre.note(f"{figure}: KB per connection", meter.grown / 1024 / count)
