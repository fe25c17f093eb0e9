"""Everybody edits what they have said: what an edit costs, beside what a message does."""

import itertools

from benchmarks.member import Member
from benchmarks.people import layout
from benchmarks.scenarios.fanout import MANUAL
from benchmarks.stage import Theatre
from benchmarks.texts import texts

ROOMS = 100
EDITS = 60  # Of each person.
WINDOW = 6


async def edits(theatre: Theatre) -> None:
    """100 rooms of two; each edits a message of theirs, six edits under way at a time."""
    each = theatre.times(EDITS, least=10)
    # Each text is another one: the same again would be done without being stored.
    bodies = (f"{number} {text}" for number, text in enumerate(itertools.cycle(texts(100))))

    def edit(member: Member, _: int) -> dict[str, object]:
        return {"type": "edit_message", "message_id": member.said, "message": next(bodies)}

    async with theatre.stage(layout(theatre.times(ROOMS, least=10), 2)) as stage:
        async with stage.crowd(query=MANUAL) as crowd:
            people = await crowd.come(stage.places)
            await crowd.talk(people, 1, 1)
            await crowd.ask(people, max(1, each // 4), WINDOW, edit)
            for _ in range(theatre.repeat):
                with stage.meter() as meter:
                    await crowd.ask(people, each, WINDOW, edit)
                theatre.note("edits: µs per edit", 1e6 * meter.cpu / (each * len(people)))
                theatre.note("edits: edits per s", each * len(people) / meter.wall)
                theatre.note_others("edits", meter)
            await stage.verify(crowd)
