"""A storm of visits: people come, look, and go, and others watch them do it."""

import asyncio
import itertools
import time

from benchmarks.crowd import Crowd
from benchmarks.people import Place, layout
from benchmarks.stage import Theatre

ROOM, WATCHERS = 100, 20
VISITS = 600
AT_ONCE = 4


async def churn(theatre: Theatre) -> None:
    """One room of a hundred: 20 watch, 80 come and go."""
    visits = theatre.times(VISITS, least=20)
    async with theatre.stage(layout(1, ROOM)) as stage:
        async with stage.crowd() as crowd:
            place = stage.places[0]
            await crowd.come([Place(place.id, place.people[:WATCHERS])])
            await visit(crowd, place, visits // 2)
            for _ in range(theatre.repeat):
                with stage.meter() as meter:
                    await visit(crowd, place, visits)
                theatre.note("churn: ms per visit", 1e3 * meter.cpu / visits)
                theatre.note("churn: KB grown per 1,000 visits", meter.grown / 1.024 / visits)
                theatre.note_others("churn", meter)
            await stage.verify(crowd)


async def storm(theatre: Theatre, minutes: float) -> None:
    """The same for long, with the memory at every tenth of the time."""
    async with theatre.stage(layout(1, ROOM)) as stage:
        async with stage.crowd() as crowd:
            place = stage.places[0]
            await crowd.come([Place(place.id, place.people[:WATCHERS])])
            await visit(crowd, place, VISITS)
            began, total = time.monotonic(), stage.meter()
            with total:
                for part in range(1, 11):
                    visits = 0
                    with stage.meter() as meter:
                        while time.monotonic() - began < 60 * minutes * part / 10:
                            await visit(crowd, place, 200)
                            visits += 200
                    if visits:
                        theatre.note("storm: ms per visit", 1e3 * meter.cpu / visits)
                        theatre.note("storm: KB grown in a tenth", meter.grown / 1024)
            theatre.note("storm: KB grown in all", total.grown / 1024)
            await stage.verify(crowd)


async def visit(crowd: Crowd, place: Place, visits: int) -> None:
    """So many visits, four at a time; each waits for `ready` and goes."""
    guests = itertools.islice(itertools.cycle(place.people[WATCHERS:]), visits)

    async def come_and_go() -> None:
        for guest in guests:
            member = await crowd.connect(guest, place.id)
            await member.leave()

    await asyncio.gather(*(come_and_go() for _ in range(AT_ONCE)))
    crowd.checks.verdict()
