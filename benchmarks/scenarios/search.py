"""Searches among 100,000 messages, or as many as `--scale` says; and what the index costs."""

import sys
import time
from urllib.parse import quote

import click

from benchmarks import people, search_data
from benchmarks.checks import Violation
from benchmarks.http import browser
from benchmarks.meter import Meter
from benchmarks.search_data import RARE
from benchmarks.stage import Stage, Theatre
from models.sql.fast_path import is_on_sqlite, scan

MESSAGES = 100_000
REQUESTS = 20
SEARCHES = {
    "the most common word": "q={0}",
    "a word of one message in a thousand": "q={60}",
    "two words": "q={1}+{200}",
    "two common words": "q={0}+{2}",
    "a rare word": f"q={RARE}",
    "a word that is nowhere": "q=нигде",
    "a beginning of four letters": "q=шуро*",
    "a beginning of six letters": "q=милоса*",
    "an exact phrase": 'q="{0}+{1}"',
    "a common word, the best first": "q={0}&sort=relevance",
    "a common word of somebody": "q={0}+from:person7",
    "all of somebody": "q=from:person7",
    "all in a room": "q=in:{room}",
    "a common word in a room where it is not": f"q={{0}}+{RARE}&room={{room}}",
    "a common word, after a day": "q={0}+after:2025-06-01",
    "a common word, before a day": "q={0}+before:2024-02-01",
    "a common word, before all": "q={0}+before:2001-01-01",
    "all before a day": "q=before:2024-02-01",
    "all with a reaction": "q=has:reaction",
    "all with a file": "q=has:file",
    "all with a picture, where there is none": "q=has:picture",
    "all with a link, where there is none": "q=has:link",
    "all that is pinned": "q=is:pinned",
    "a common word with a reaction": "q={0}+has:reaction",
    "a rare word that is pinned": f"q={RARE}+is:pinned",
}


async def search(theatre: Theatre) -> None:
    """What is usual and what is dear, of somebody in all rooms."""
    url = await theatre.backends.database()
    places = await search_data.settled(url)
    async with people.opened(url):
        count = theatre.times(MESSAGES, least=2_000)
        with click.progressbar(length=count, label="messages", file=sys.stderr) as bar:
            await search_data.fill(places, count, bar.update)
        await _index(theatre, count)
    async with theatre.serving(url, places) as stage:
        common = search_data.words()[:300]
        for what, asked in SEARCHES.items():
            path = _path(asked.format(*common, room=places[-2].id))
            await _measure(theatre, stage, path, 2)  # What is prepared at first is not measured.
            measured = await _measure(theatre, stage, path, REQUESTS)
            click.echo(f"  {what}: {measured['ms']:.1f} ms", err=True)
            for unit, value in measured.items():
                theatre.note(f"search, {what}: {unit}", value)
        async with browser(stage.servers[0].port, places[0].people[0].cookie) as visitor:
            if b"<mark>" not in await visitor.get(_path(f"q={RARE}")):
                raise Violation("the rare word is not found")


async def _measure(theatre: Theatre, stage: Stage, path: str, count: int) -> dict[str, float]:
    """Milliseconds for each: of the server and of its database, and of waiting."""
    database = theatre.backends.postgres_pid
    pids = [server.pid for server in stage.servers]
    async with browser(stage.servers[0].port, stage.places[0].people[0].cookie) as visitor:
        with Meter(pids, [database] if database else []) as meter:
            for _ in range(count):
                await visitor.get(path)
    return {
        "ms": 1e3 * (meter.cpu + meter.apart_cpu) / count,
        "ms of PostgreSQL": 1e3 * meter.apart_cpu / count,
        "ms waited": 1e3 * meter.wall / count,
    }


def _path(asked: str) -> str:
    return f"/api/search?{quote(asked, safe='=&+')}"


async def _index(theatre: Theatre, count: int) -> None:
    database = theatre.backends.postgres_pid
    with click.progressbar(length=count, label="index", file=sys.stderr) as bar:
        began, own = time.monotonic(), time.process_time()
        with Meter([], [database] if database else []) as meter:
            done = await search_data.index(bar.update)
    if done == count:  # Otherwise it goes on where it was broken off.
        theatre.note("search, indexing: s", time.monotonic() - began)
        spent = time.process_time() - own + meter.apart_cpu
        theatre.note("search, indexing: µs per message", 1e6 * spent / count)
    if not is_on_sqlite():
        await scan("VACUUM ANALYZE")
    ((size,),) = await scan(f"SELECT SUM({_BYTES[is_on_sqlite()]}) FROM message")
    for what, sql in (_SIZES_SQLITE if is_on_sqlite() else _SIZES_POSTGRES).items():
        ((bytes_,),) = await scan(sql)
        theatre.note(f"search, {what}: % of the texts", 100 * float(bytes_) / float(size))


_BYTES = {True: "LENGTH(CAST(body AS BLOB))", False: "OCTET_LENGTH(body)"}
_SIZES_SQLITE = {"index": "SELECT SUM(pgsize) FROM dbstat WHERE name LIKE 'search%'"}
_SIZES_POSTGRES = {
    "index": "SELECT pg_relation_size('search_document_terms')",
    "index and its tables": "SELECT pg_total_relation_size('search_document')"
    " + pg_total_relation_size('search_number')",
}
