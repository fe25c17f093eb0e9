"""Searches among 100,000 messages, or as many as `--scale` says; and what the index costs."""

import itertools
import random
import time
from urllib.parse import quote

from tortoise.timezone import now

from benchmarks import people
from benchmarks.checks import Violation
from benchmarks.http import browser
from benchmarks.people import Place
from benchmarks.stage import Stage, Theatre
from models.search_index import documents, index_room, next_texts
from models.sql.fast_path import Steps, as_stored, insert, is_on_sqlite, scan, transact

MESSAGES = 100_000
ROOMS, PEOPLE = 200, 50
PART = 2_000
INDEXED = 200
REQUESTS = 20
COLUMNS = "message (room_id, author_id, number, revision, change, body, created_at)"
# So many words, the n-th said 1/n times as often as the first, as in a language.
WORDS = 60_000
SYLLABLES = [
    *("ба", "ве", "го", "ди", "жу", "зе", "ка", "ло", "ми", "на", "пе", "ро", "са", "ту", "фо"),
    *("ха", "це", "ча", "шу", "ня", "st", "en", "or", "il"),
]
RARE = "редкость"
SEARCHES = {
    "the most common word": "q={0}",
    "a word of one message in a thousand": "q={60}",
    "two words": "q={1}+{200}",
    "a rare word": f"q={RARE}",
    "a word that is nowhere": "q=нигде",
    "a common word in a room where it is not": f"q={{0}}+{RARE}&room={{room}}",
    "all with a reaction": "has=reaction",
}


async def search(theatre: Theatre) -> None:
    """What is usual and what is dear, of somebody in all rooms."""
    url = await theatre.backends.database()
    rooms = [list(range(PEOPLE)) if number < 5 else [0, 1] for number in range(ROOMS)]
    places = await people.settle(url, rooms)
    words = _words()
    async with people.opened(url):
        size = await _fill(places, words, theatre.times(MESSAGES, least=2_000))
        await _index(theatre, places, size)
    async with theatre.serving(url, places) as stage:
        for turn in range(2):
            for what, asked in SEARCHES.items():
                path = _path(asked.format(*words[:300], room=places[-1].id))
                measured = await _measure(stage, path)
                if turn:  # In the first, what a server prepares at its start is still under way.
                    theatre.note(f"search, {what}: ms", measured[0])
                    theatre.note(f"search, {what}: ms waited", measured[1])
        async with browser(stage.servers[0].port, places[0].people[0].cookie) as visitor:
            if b"<mark>" not in await visitor.get(_path(f"q={RARE}")):
                raise Violation("the rare word is not found")


async def _measure(stage: Stage, path: str) -> tuple[float, float]:
    """Milliseconds of the server alone for each, and of waiting: PostgreSQL has its own."""
    async with browser(stage.servers[0].port, stage.places[0].people[0].cookie) as visitor:
        with stage.meter() as meter:
            for _ in range(REQUESTS):
                await visitor.get(path)
    return 1e3 * meter.cpu / REQUESTS, 1e3 * meter.wall / REQUESTS


def _path(asked: str) -> str:
    return f"/api/search?{quote(asked, safe='=&+')}"


def _words() -> list[str]:
    dice = random.Random(1)  # noqa: S311 - repeatable, not secret
    made = ("".join(dice.choices(SYLLABLES, k=dice.randint(1, 5))) for _ in itertools.count())
    return list(itertools.islice(dict.fromkeys(itertools.islice(made, 4 * WORDS)), WORDS))


async def _fill(places: list[Place], words: list[str], count: int) -> int:
    """Half of all is said in the first rooms. Returns the bytes of all texts."""
    dice = random.Random(2)  # noqa: S311
    weights = list(itertools.accumulate(1 / (n + 2) for n in range(len(words))))
    numbers, size = dict.fromkeys(range(len(places)), 0), 0
    for first in range(0, count, PART):
        values: list[tuple[object, ...]] = []
        for n in range(first, min(first + PART, count)):
            room = min(len(places) - 1, int(dice.paretovariate(0.5)) - 1)
            text = " ".join(dice.choices(words, cum_weights=weights, k=dice.randint(3, 33)))
            text += f" {RARE}" if n % 5_000 == 0 else ""
            size += len(text.encode())
            number = numbers[room] = numbers[room] + 1
            author = dice.choice(places[room].people).id
            values.append((places[room].id, author, number, number, number, text))
        await transact(_store(values))
    await transact(_number([(places[room].id, number) for room, number in numbers.items()]))
    return size


def _store(values: list[tuple[object, ...]]) -> Steps[None]:
    rows = [(*value, as_stored(now())) for value in values]
    time_type = "TEXT" if is_on_sqlite() else "TIMESTAMPTZ"
    yield from insert(COLUMNS, rows, *["BIGINT"] * 5, "TEXT", time_type)


def _number(rooms: list[tuple[int, int]]) -> Steps[None]:
    for room_id, number in rooms:
        yield "UPDATE room SET revision = $2, change = $2 WHERE id = $1", (room_id, number)


async def _index(theatre: Theatre, places: list[Place], size: int) -> None:
    began, count = time.process_time(), 0
    for place in places:
        has_more = True
        while has_more:
            texts = await next_texts(place.id, INDEXED)
            done = await index_room(place.id, documents(texts), INDEXED)
            count += done.messages if done else 0
            has_more = done is not None and done.has_more
    theatre.note("search, indexing: µs per message", 1e6 * (time.process_time() - began) / count)
    for what, sql in (_SIZES_SQLITE if is_on_sqlite() else _SIZES_POSTGRES).items():
        ((bytes_,),) = await scan(sql)
        theatre.note(f"search, {what}: % of the texts", 100 * float(bytes_) / size)
    if not is_on_sqlite():
        await scan("ANALYZE")


_SIZES_SQLITE = {"index": "SELECT SUM(pgsize) FROM dbstat WHERE name LIKE 'search%'"}
_SIZES_POSTGRES = {
    "index": "SELECT pg_relation_size('search_document_terms')",
    "index and its table": "SELECT pg_total_relation_size('search_document')",
}
