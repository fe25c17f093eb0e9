"""One speaks, a whole room hears it: what a delivery costs."""

from benchmarks.people import Place, layout
from benchmarks.stage import Theatre

ROOM = 200
MESSAGES = 1_200
MANUAL = "?read=manual"


async def fanout(theatre: Theatre) -> None:
    """200 connections, 20 messages under way; then one at a time; then with compression."""
    await measure(theatre, "fanout", ROOM, MESSAGES, window=20)
    await measure(theatre, "fanout one by one", ROOM, MESSAGES // 3, window=1)
    if theatre.target == "beseda":
        await measure(theatre, "fanout compressed", ROOM, MESSAGES, window=20, deflate=True)


async def growth(theatre: Theatre) -> None:
    """The same in rooms of different sizes: 10 connections, and 1,000 of 200 people."""
    for people, tabs, messages in ((10, 1, 6_000), (ROOM, 5, 300)):
        what = f"fanout to {people * tabs}"
        await measure(theatre, what, people, messages, window=20, tabs=tabs)


async def measure(
    theatre: Theatre,
    what: str,
    people: int,
    messages: int,
    window: int,
    tabs: int = 1,
    deflate: bool = False,
) -> None:
    """Microseconds of the server's processor for each delivery, and deliveries a second."""
    messages = theatre.times(messages, least=40)
    async with theatre.stage(layout(1, people)) as stage:
        async with stage.crowd(query=MANUAL, deflate=deflate) as crowd:
            room = stage.places[0]
            speaker, *_ = await crowd.come([Place(room.id, room.people * tabs)])
            await crowd.talk([speaker], messages // 5, window)
            for _ in range(theatre.repeat):
                with stage.meter() as meter:
                    await crowd.talk([speaker], messages, window)
                deliveries = messages * people * tabs
                theatre.note(f"{what}: µs per delivery", 1e6 * meter.cpu / deliveries)
                theatre.note(f"{what}: deliveries per s", deliveries / meter.wall)
                theatre.note_others(what, meter)
            await stage.verify(crowd)
