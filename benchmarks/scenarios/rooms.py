"""Does a delivery cost more when more rooms are open?"""

from benchmarks.people import layout
from benchmarks.scenarios.fanout import MANUAL
from benchmarks.scenarios.steady import speak
from benchmarks.stage import Theatre

ROOMS = (1, 100, 2_500)
RATE = 400.0
SECONDS = 1.5


async def rooms(theatre: Theatre) -> None:
    """400 messages a second in all, spread over 1 to 2,500 rooms of two."""
    for count in ROOMS:
        what = f"{count} rooms"
        async with theatre.stage(layout(theatre.times(count), 2)) as stage:
            async with stage.crowd(query=MANUAL) as crowd:
                members = await crowd.come(stage.places)
                await speak(crowd, members, RATE, 0.5)
                for _ in range(min(2, theatre.repeat)):
                    with stage.meter() as meter:
                        sent = await speak(crowd, members, RATE, SECONDS * min(1.0, theatre.scale))
                    theatre.note(f"{what}: µs per delivery", 1e6 * meter.cpu / sent / 2)
                    theatre.note_others(what, meter)
                await stage.verify(crowd)
