"""A million messages: is anything slower than with few?"""

import asyncio
import statistics
import sys
from dataclasses import replace

import asyncpg
from tortoise.backends.base.config_generator import expand_db_url

from benchmarks import people
from benchmarks.checks import Checks, Violation, compare
from benchmarks.million import LITTLE, MILLION, Amount, fill
from benchmarks.people import Place
from benchmarks.scenarios import pages
from benchmarks.scenarios.fanout import MANUAL
from benchmarks.servers import ROOT
from benchmarks.stage import Stage, Theatre

MISSED = 10  # Messages that somebody who comes back has to be told.
SPEAKERS, MESSAGES, WINDOW = 2, 40, 6
ROOMS = 100


async def million(theatre: Theatre) -> None:
    """History, pages, coming back and storing, on a million messages and on sixty in each room."""
    measured = {}
    for name, amount in (("little", LITTLE), ("million", _scaled(MILLION, theatre))):
        other = replace(theatre, samples={})
        await _measure(other, amount)
        measured[name] = other.samples
    for figure, values in measured["million"].items():
        for value in values:
            theatre.note(f"million, {figure}", value)
        before = statistics.median(measured["little"][figure])
        if before and "(" not in figure:
            what = figure.partition(":")[0]
            theatre.note(f"million, {what}: times little", statistics.median(values) / before)


def _scaled(amount: Amount, theatre: Theatre) -> Amount:
    return Amount(amount.rooms, theatre.times(amount.first, 1_000), theatre.times(amount.other, 60))


async def _measure(theatre: Theatre, amount: Amount) -> None:
    url = await theatre.backends.database()
    places = await fill(url, amount)
    scans = await _scans(url)
    async with theatre.serving(url, places) as stage:
        stage.said.update({p.id: amount.of(number) for number, p in enumerate(places)})
        await _browse(theatre, stage, amount.first)
        await _come_back(theatre, stage, amount)
        await _store(theatre, stage)
    # Only now: PostgreSQL counts a connection's scans when it ends, and what the check reads is
    # not Beseda's.
    if (more := await _scans(url) - scans) > 0:
        raise Violation(f"{more} queries read all messages")
    await _verify(stage)
    if url.startswith("sqlite://"):
        await _plans(url, places[0])


async def _verify(stage: Stage) -> None:
    checks = Checks()
    stored = await people.stored(str(stage.database_url), [place.id for place in stage.places])
    compare(stage.said, stored, checks)
    checks.verdict()


async def _browse(theatre: Theatre, stage: Stage, messages: int) -> None:
    place = stage.places[0]
    paths = {
        "history at the end": f"/api/rooms/{place.id}/messages",
        "history in the middle": f"/api/rooms/{place.id}/messages?before={messages // 2 + 20}",
        "room page": f"/rooms/{place.id}/",
        "list of rooms": "/rooms/",
    }
    for what, path in paths.items():
        await pages.measure(theatre, stage, what, path)


async def _come_back(theatre: Theatre, stage: Stage, amount: Amount) -> None:
    """Connections that have missed ten messages each."""
    for _ in range(theatre.repeat):
        async with stage.crowd() as crowd:
            with stage.meter() as meter:
                for number, place in enumerate(stage.places[: 2 * ROOMS]):
                    after = amount.of(number) - MISSED
                    crowd.add(await crowd.connect(place.people[0], place.id, after=after))
            if crowd.tally.delivered != MISSED * len(crowd.members):
                crowd.checks.complain(f"{crowd.tally.delivered} replayed")
            crowd.checks.verdict()
        theatre.note("coming back: ms per connection", 1e3 * meter.cpu / len(crowd.members))
        theatre.note_others("coming back", meter)


async def _store(theatre: Theatre, stage: Stage) -> None:
    each = theatre.times(MESSAGES, least=5)
    some = [Place(place.id, place.people[:SPEAKERS]) for place in stage.places[:ROOMS]]
    async with stage.crowd(query=MANUAL) as crowd:
        speakers = await crowd.come(some)
        await crowd.talk(speakers, max(1, each // 4), WINDOW)
        for _ in range(theatre.repeat):
            with stage.meter() as meter:
                await crowd.talk(speakers, each, WINDOW)
            theatre.note("ingest: µs per message", 1e6 * meter.cpu / each / len(speakers))
            theatre.note_others("ingest", meter)
        stage.said.update(crowd.said)


async def _scans(url: str) -> int:
    """How often PostgreSQL has read all messages so far."""
    if url.startswith("sqlite://"):
        return 0
    parts = expand_db_url(url)["credentials"]
    reach = {name: parts[name] for name in ("host", "port", "user", "password") if parts.get(name)}
    connection = await asyncpg.connect(database=parts["database"], **reach)
    try:
        sql = "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'message'"
        return int(await connection.fetchval(sql) or 0)
    finally:
        await connection.close()


async def _plans(url: str, place: Place) -> None:
    """Print the plans. Raises Violation when a query reads all messages."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "benchmarks.plans", url, str(place.id), str(place.people[0].id)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    sys.stderr.write(output.decode())
    if process.returncode:
        raise Violation(f"plans: {errors.decode()[-2000:]}")
