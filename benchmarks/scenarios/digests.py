"""A page asks whether it has everything: each that is open does so on every beat."""

import asyncio

from benchmarks import people
from benchmarks.crowd import PATIENCE, POLL, Crowd
from benchmarks.member import Member
from benchmarks.people import Place, layout
from benchmarks.scenarios.fanout import MANUAL
from benchmarks.stage import Theatre
from models import Post
from models.sql.message_store import store

ROOMS = 100
MESSAGES = 300  # In each: more than a digest is of.
QUESTIONS = 50  # Of each person.


async def digests(theatre: Theatre) -> None:
    """100 rooms of two, in which all ask at once; and the same without a digest."""
    count = theatre.times(QUESTIONS, least=5)
    async with theatre.stage(layout(ROOMS, 2)) as stage:
        await _fill(str(stage.database_url), stage.places)
        async with stage.crowd(query=MANUAL) as crowd:
            members = await crowd.come(stage.places)
            for _ in range(theatre.repeat):
                for figure, fields in (("digest", {"digest": 1}), ("answer without one", {})):
                    with stage.meter() as meter:
                        await _ask(crowd, members, count, fields)
                    spent = 1e6 * meter.cpu / (count * len(members))
                    theatre.note(f"digests: µs per {figure}", spent)
                    theatre.note_others(f"digests, {figure}", meter)
            crowd.checks.verdict()


async def _fill(database_url: str, places: list[Place]) -> None:
    async with people.opened(database_url):
        for place in places:
            author = place.people[0].id
            await store([Post(place.id, author, "author", f"{n}") for n in range(MESSAGES)])


async def _ask(crowd: Crowd, members: list[Member], count: int, fields: dict[str, int]) -> None:
    """Let each ask `count` times, when all have had their last answer."""
    for _ in range(count):
        expected = crowd.tally.other + len(members)
        for member in members:
            member.ask(type="mark_read", message_id=0, **fields)
        async with asyncio.timeout(PATIENCE):
            while crowd.tally.other < expected:  # noqa: ASYNC110 - what is sent by another process
                await asyncio.sleep(POLL)
