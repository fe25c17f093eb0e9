"""Reactions: what one costs, and a storm of them on one message before a whole room."""

from benchmarks.crowd import Crowd
from benchmarks.member import Member
from benchmarks.people import layout
from benchmarks.scenarios.fanout import MANUAL
from benchmarks.stage import Theatre

ROOMS = 100
REACTIONS = 100  # Of each person.
WINDOW = 6
READERS = 200
EACH = 5  # Of each reader: a thousand at once.
EMOJI = "👍🎉🔥💯👀🙏😀😁😂😃😄😅😆😇😈😉😊😋😌😍"


async def reactions(theatre: Theatre) -> None:
    """100 rooms of two, six reactions of each under way; then 1,000 at once before 200 readers."""
    await _one_by_one(theatre)
    async with theatre.stage(layout(1, READERS)) as stage:
        async with stage.crowd(query=MANUAL) as crowd:
            people = await crowd.come(stage.places)
            await crowd.talk(people[:1], 1, 1)
            for turn in range(theatre.repeat):
                with stage.meter() as meter:
                    frames = await _storm(crowd, people, is_on=not turn % 2)
                count = EACH * len(people)
                theatre.note("reactions at once: frames per reader", frames)
                theatre.note("reactions at once: µs per reaction", 1e6 * meter.cpu / count)
                theatre.note("reactions at once: ms until all have them", 1e3 * meter.wall)
                theatre.note_others("reactions at once", meter)
            await stage.verify(crowd)


async def _one_by_one(theatre: Theatre) -> None:
    each = theatre.times(REACTIONS, least=10)

    def toggle(_: Member, number: int) -> dict[str, object]:
        emoji, is_on = EMOJI[number // 2 % len(EMOJI)], not number % 2
        return {"type": "react", "message_id": 1, "emoji": emoji, "is_on": is_on}

    each += each % 2  # What is put is taken again.
    async with theatre.stage(layout(theatre.times(ROOMS, least=10), 2)) as stage:
        async with stage.crowd(query=MANUAL) as crowd:
            people = await crowd.come(stage.places)
            await crowd.talk(people, 1, 1)
            for _ in range(theatre.repeat):
                with stage.meter() as meter:
                    await crowd.ask(people, each, WINDOW, toggle)
                theatre.note("reactions: µs per reaction", 1e6 * meter.cpu / (each * len(people)))
                theatre.note("reactions: reactions per s", each * len(people) / meter.wall)
                theatre.note_others("reactions", meter)
            await stage.verify(crowd)


async def _storm(crowd: Crowd, people: list[Member], *, is_on: bool) -> float:
    """Let everybody react at once; return how many frames each was told it by."""

    def react(_: Member, number: int) -> dict[str, object]:
        return {"type": "react", "message_id": 1, "emoji": EMOJI[number], "is_on": is_on}

    before = crowd.tally.change_frames
    await crowd.ask(people, EACH, EACH, react)
    return (crowd.tally.change_frames - before) / len(people)
