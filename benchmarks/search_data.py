"""Messages to be searched: of a vocabulary as a language has it, over two years, always the same.

What is there already is kept: a fill that was broken off goes on where it ended.
"""

import itertools
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from benchmarks import people
from benchmarks.people import Person, Place
from models.search_index import documents, index_room, next_texts, rooms_behind
from models.sql.fast_path import Steps, as_stored, insert, is_on_sqlite, scan, transact

ROOMS, PEOPLE = 200, 50
PART = 2_000
INDEXED = 200
FIRST_DAY, DAYS = datetime(2024, 1, 1, tzinfo=UTC), 730
COLUMNS = (
    "message (room_id, author_id, number, revision, change, body, created_at, tallies, files,"
    " pin_change)"
)
# So many words, the n-th said 1/n times as often as the first, as in a language.
WORDS = 60_000
SYLLABLES = [
    *("ба", "ве", "го", "ди", "жу", "зе", "ка", "ло", "ми", "на", "пе", "ро", "са", "ту", "фо"),
    *("ха", "це", "ча", "шу", "ня", "st", "en", "or", "il"),
]
RARE = "редкость"
TALLIES = '[{"emoji":"👍","count":1,"user_ids":[1]}]'
FILES = '[{"id":%d,"name":"отчёт-%d.pdf","content_type":"application/pdf","bytes":9}]'
Advance = Callable[[int], object]


def words() -> list[str]:
    """The vocabulary, the most common word first."""
    dice = random.Random(1)  # noqa: S311 - repeatable, not secret
    made = ("".join(dice.choices(SYLLABLES, k=dice.randint(1, 5))) for _ in itertools.count())
    return list(itertools.islice(dict.fromkeys(itertools.islice(made, 4 * WORDS)), WORDS))


async def settled(url: str) -> list[Place]:
    """The rooms: five for all, the others of two. They are made where there are none."""
    rooms = [list(range(PEOPLE)) if number < 5 else [0, 1] for number in range(ROOMS)]
    async with people.opened(url):
        ((there,),) = await scan("SELECT COUNT(*) FROM room")
    if not there:
        return await people.settle(url, rooms)
    everybody = [Person(one + 1, people.cookie(one + 1)) for one in range(PEOPLE)]
    return [Place(n, [everybody[one] for one in room]) for n, room in enumerate(rooms, 1)]


async def fill(places: list[Place], count: int, advance: Advance) -> None:
    """Up to so many messages, half of them in the first rooms."""
    ((done,),) = await scan("SELECT COUNT(*) FROM message")
    rows = await scan("SELECT room_id, MAX(number) FROM message GROUP BY room_id")
    numbers = {place.id: 0 for place in places} | {row[0]: row[1] for row in rows}
    vocabulary = words()
    weights = list(itertools.accumulate(1 / (n + 2) for n in range(WORDS)))
    advance(done)
    for first in range(done, count, PART):
        dice = random.Random(first)  # noqa: S311
        part = range(first, min(first + PART, count))
        texts = [dice.choices(vocabulary, cum_weights=weights, k=dice.randint(3, 33)) for _ in part]
        values = []
        for n, text in zip(part, texts, strict=True):
            place = places[min(len(places) - 1, int(dice.paretovariate(0.5)) - 1)]
            numbers[place.id] += 1
            said = " ".join(text) + (f" {RARE}" if n % 5_000 == 0 else "")
            author, when = dice.choice(place.people).id, _when(n, count)
            values.append((place.id, author, *[numbers[place.id]] * 3, said, when, *_more(n)))
        await transact(_store(values, numbers))
        advance(len(part))


def _when(n: int, count: int) -> str | datetime:
    return as_stored(FIRST_DAY + timedelta(days=DAYS * n / count))


def _more(n: int) -> tuple[str | None, str | None, int | None]:
    """A reaction, a file, a pin: of one in so many messages."""
    return (
        TALLIES if n % 500 == 3 else None,
        FILES % (n, n) if n % 300 == 4 else None,
        n if n % 2_000 == 5 else None,
    )


def _store(values: list[tuple[object, ...]], numbers: dict[int, int]) -> Steps[None]:
    time_type = "TEXT" if is_on_sqlite() else "TIMESTAMPTZ"
    yield from insert(COLUMNS, values, *["BIGINT"] * 5, "TEXT", time_type, "TEXT", "TEXT", "BIGINT")
    for room_id, number in numbers.items():
        yield (
            "UPDATE room SET revision = $2, change = $2 WHERE id = $1 AND revision <> $2",
            (room_id, number),
        )


async def index(advance: Advance) -> int:
    """Index what is not indexed yet; how many messages that were."""
    count = 0
    while rooms := await rooms_behind(ROOMS):
        for room_id in rooms:
            has_more = True
            while has_more:
                texts = await next_texts(room_id, INDEXED)
                done = await index_room(room_id, documents(texts), INDEXED)
                count += done.messages if done else 0
                advance(done.messages if done else 0)
                has_more = done is not None and done.has_more
    return count
