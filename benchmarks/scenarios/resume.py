"""Coming back to 50 messages that have got 100,000 reactions: each comes once."""

from benchmarks import people
from benchmarks.checks import Violation
from benchmarks.people import Place, layout
from benchmarks.stage import Theatre
from models import Post
from models.message_commands import React
from models.sql.message_changes import change_messages
from models.sql.message_store import store

MESSAGES = 50
PEOPLE = 100
EMOJI = "👍🎉🔥💯👀🙏😀😁😂😃😄😅😆😇😈😉😊😋😌😍"
VISITS = 20
BATCH = 500


async def resume(theatre: Theatre) -> None:
    """By `?since=` the last message, as often as it takes to measure it."""
    kinds = theatre.times(len(EMOJI))
    async with theatre.stage(layout(1, theatre.times(PEOPLE, least=VISITS))) as stage:
        (place,) = stage.places
        await _react(str(stage.database_url), place, EMOJI[:kinds])
        query = f"?read=manual&since={MESSAGES}"
        async with stage.crowd() as crowd:
            for _ in range(theatre.repeat):
                frames = 0
                with stage.meter() as meter:
                    for one in place.people[:VISITS]:
                        member = await crowd.connect(one, place.id, query=query)
                        frames += member.resumed
                        await member.leave()
                if frames != VISITS * MESSAGES:
                    raise Violation(f"{frames} frames for {MESSAGES} messages, {VISITS} times")
                theatre.note("resume: ms of CPU", 1e3 * meter.cpu / VISITS)
                theatre.note("resume: frames", frames / VISITS)
                theatre.note_others("resume", meter)
            crowd.checks.verdict()


async def _react(database_url: str, place: Place, kinds: str) -> None:
    """Everybody puts each of these emoji under every message."""
    author = place.people[0].id
    async with people.opened(database_url):
        await store([Post(place.id, author, "author", f"{n}") for n in range(MESSAGES)])
        commands = [
            React(
                room_id=place.id,
                user_id=one.id,
                username="somebody",
                message_id=message_id,
                emoji=emoji,
                is_on=True,
            )
            for message_id in range(1, MESSAGES + 1)
            for emoji in kinds
            for one in place.people
        ]
        for start in range(0, len(commands), BATCH):
            await change_messages(commands[start : start + BATCH])
