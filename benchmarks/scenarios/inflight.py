"""How much of the speed is the load: as many messages under way, from few senders and from many."""

from benchmarks.people import layout
from benchmarks.scenarios.fanout import MANUAL
from benchmarks.stage import Theatre

IN_FLIGHT = 500
MESSAGES = 20_000  # Of all together, in each repetition.
# Everybody sends, in rooms of two: few who never wait, and many who wait for each answer.
SENDERS = (10, 100, 500)


async def inflight(theatre: Theatre) -> None:
    """500 unacknowledged messages at any time, from 10, 100 and 500 senders in rooms of two; then
    from one who waits for each answer.
    """
    for senders in SENDERS:
        await _measure(theatre, senders, IN_FLIGHT // senders, MESSAGES // senders)
    await _measure(theatre, 1, 1, MESSAGES // 20)


async def _measure(theatre: Theatre, senders: int, window: int, each: int) -> None:
    figure = f"{senders * window} in flight from {senders}"
    each = theatre.times(each, least=10)
    async with theatre.stage(layout(max(1, senders // 2), 2)) as stage:
        async with stage.crowd(query=MANUAL) as crowd:
            speakers = (await crowd.come(stage.places))[:senders]
            await crowd.talk(speakers, max(1, each // 4), window)
            for _ in range(theatre.repeat):
                with stage.meter() as meter:
                    await crowd.talk(speakers, each, window)
                messages = each * len(speakers)
                theatre.note(f"{figure}: µs per message", 1e6 * meter.cpu / messages)
                theatre.note(f"{figure}: messages per s", messages / meter.wall)
                theatre.note_others(figure, meter)
            await stage.verify(crowd)
