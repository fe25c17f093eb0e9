"""Messages with given terms, in the rooms that somebody is in, newest first, with the rights of
this moment.

They are looked for in stretches of the messages' own ids, from the newest on, each longer than the
one before: a common word is found in the first, and no statement takes long, whatever is asked.
What is not to be there is looked for in the messages: two words may have one number.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from models.queries.entries import READ
from models.search_document import REST_BITS, number_of, numbers_from
from models.search_outdated import as_fts
from models.search_terms import Alternatives, is_beginning
from models.sql.fast_path import Rows, as_stored, is_on_sqlite, scan
from models.sql.planned import scan_planned
from models.sql.values import marks, padded
from models.stored_message import COLUMNS

STRETCHES = (4_096, 32_768, 262_144)
STRETCHES_POSTGRES = (
    1_024,
    32_768,
    2**40,
)  # It sorts what its index has, however few are asked for.
# Terms that the database is asked for: whoever reads a hit looks at all of them.
TERMS_MAX = 32
# Rooms that are asked for by their terms. For somebody in more, looking at each message is faster:
# in 200 rooms a word that nobody has written took PostgreSQL 60 ms, not 1.
ROOMS_MAX = 16
IDS_FACTOR = 4  # Of so many messages in PostgreSQL's index one at least is to be seen by who asks.
# Words that FTS5 is asked for one by one, which takes 40 µs for each. Of more that begin alike it
# puts all messages together first, which takes longer the more often they were said.
BEGUN_MAX = 256


class Wanted(Struct, frozen=True, kw_only=True):
    """What is looked for by the database.

    Attributes:
        required: words and what else has terms, each by alternatives of them.
        begun: the numbers of the words that begin so, for each beginning among these.
        rooms: the terms of all rooms in which is looked.
        room_id, author_id: of one alone.
        since, until: when it was posted: not before, and before that.
        has: reaction, file, picture.
    """

    user_id: int
    required: tuple[Alternatives, ...] = ()
    begun: Mapping[str, list[int]] = {}
    rooms: tuple[str, ...] = ()
    room_id: int | None = None
    author_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    has: frozenset[str] = frozenset()
    is_pinned: bool = False


async def newest_id() -> int:
    """Of all messages that there are, the newest one's own id."""
    rows = await scan("SELECT COALESCE(MAX(id), 0) FROM message")
    return int(rows[0][0])


def stretches(upto: int) -> Iterator[tuple[int, int]]:
    """(after, upto) of ids, from the newest on."""
    sizes = iter(STRETCHES if is_on_sqlite() else STRETCHES_POSTGRES)
    size = 0
    while upto > 0:
        size = next(sizes, size)
        yield max(0, upto - size), upto
        upto -= size


async def words_begun(beginnings: Iterable[str]) -> dict[str, list[int]]:
    """The numbers of the words that begin so, and of some others."""
    return {
        each: [row[0] for row in await scan(_BEGUN, *numbers_from(each))] for each in beginnings
    }


async def only_known(terms: Alternatives) -> Alternatives:
    """Those of these single terms that the index has, or one that it has not: PostgreSQL looks at
    all of them for each message of one.
    """
    numbers = padded([number_of(term) for (term,) in terms])
    rows = await scan(f"{_KNOWN} ({marks(len(numbers))})", *numbers)
    known = {row[0] for row in rows}
    return tuple(each for each in terms if number_of(each[0]) in known) or terms[:1]


async def found_in(wanted: Wanted, after: int, upto: int, limit: int) -> tuple[Rows, int]:
    """(id, whether others have read it, the first number that the reader sees, floor, then
    COLUMNS) of messages in a stretch, the newest first, at most `limit`; and the id up to which
    nothing has been looked at.
    """
    values: list[object] = [wanted.user_id, after, upto]
    source, rest = _sqlite(wanted, values) if is_on_sqlite() else "message", after
    where = _conditions(wanted, values)
    if not is_on_sqlite() and _asked(wanted):
        ids, rest = await _indexed(wanted, after, upto, limit * IDS_FACTOR)
        values.append(ids)
        where += f" AND message.id = ANY(${len(values)}::BIGINT[])"
    # As FTS5 calls it: SQLite does not see that they are the same, and would read all rows to sort.
    order = "search_index.rowid" if "search_index" in source else "message.id"
    sql = _FOUND.format(source=source, where=where, order=order, limit=limit)
    rows = await scan(sql, *values)
    return rows, rows[-1][0] - 1 if len(rows) == limit else rest


async def _indexed(wanted: Wanted, after: int, upto: int, limit: int) -> tuple[list[int], int]:
    """The newest ids of messages that PostgreSQL's index has, and up to where it was not asked.
    Asked together with all else it expects so few that it reads a whole stretch for each search.
    """
    values: list[object] = [after, upto]
    conditions = [_array(each, wanted, values) for each in _asked(wanted)]
    conditions += [_MARKED.format(column) for column, _ in _markers(wanted)]
    is_first = upto - after <= STRETCHES_POSTGRES[0]
    sql = (_NEWEST if is_first else _OLDER).format(" AND ".join(conditions), limit=limit)
    rows = await (scan if is_first else scan_planned)(sql, *values)
    return [row[0] for row in rows], rows[-1][0] - 1 if len(rows) == limit else after


def _asked(wanted: Wanted) -> tuple[Alternatives, ...]:
    """What the index is asked for; nothing: the messages are read."""
    required = wanted.required[:TERMS_MAX]
    by_room = 0 < len(wanted.rooms) <= ROOMS_MAX and (required or not _markers(wanted))
    return (*required, tuple((term,) for term in wanted.rooms)) if by_room else required


def _markers(wanted: Wanted) -> list[tuple[str, str]]:
    """Columns that few messages have, each with its index."""
    some = [("tallies", "message_reacted")] if "reaction" in wanted.has else []
    return [*some, ("pin_change", "message_pinned")] if wanted.is_pinned else some


def _sqlite(wanted: Wanted, values: list[object]) -> str:
    match = " AND ".join(_fts(each, wanted) for each in _asked(wanted))
    markers = _markers(wanted)
    if not match:
        return f"message INDEXED BY {markers[0][1]}" if markers else "message"
    values.append(match)
    # In this order, which is that of the rows: FTS5 stops when there are enough. With a plus it is
    # not asked for each of the marked rows by itself.
    marked = "".join(
        f" AND +search_index.rowid IN (SELECT id FROM message INDEXED BY {index}"
        f" WHERE {column} IS NOT NULL AND id > $2 AND id <= $3)"
        for column, index in markers
    )
    return (
        f"search_index CROSS JOIN message ON search_index MATCH ${len(values)}"
        f" AND search_index.rowid > $2 AND search_index.rowid <= $3{marked}"
        " AND message.id = search_index.rowid"
    )


def _fts(alternatives: Alternatives, wanted: Wanted) -> str:
    return _any(" AND ".join(_fts_term(each, wanted) for each in some) for some in alternatives)


def _fts_term(term: str, wanted: Wanted) -> str:
    if not is_beginning(term):
        return f'"{as_fts(number_of(term))}"'
    numbers = wanted.begun[term]
    if 0 < len(numbers) <= BEGUN_MAX:
        return _any(f'"{as_fts(number)}"' for number in numbers)
    return f'"{as_fts(numbers_from(term)[0])[: -REST_BITS // 4]}" *'


def _any(some: Iterable[str]) -> str:
    return f"({' OR '.join(f'({each})' for each in some)})"


def _array(alternatives: Alternatives, wanted: Wanted, values: list[object]) -> str:
    """Of one term each: one of these numbers is in the array. Of several: all are."""
    single = [terms[0] for terms in alternatives if len(terms) == 1]
    one = [n for term in single for n in wanted.begun.get(term) or [number_of(term)]]
    some = [_numbers("&&", one, values)] if one else []
    several = [list(map(number_of, terms)) for terms in alternatives if len(terms) > 1]
    some += [_numbers("@>", numbers, values) for numbers in several]
    return f"({' OR '.join(some)})"


def _numbers(operator: str, numbers: list[int], values: list[object]) -> str:
    values.append(numbers)
    return f"terms {operator} ${len(values)}::INTEGER[]"


def _conditions(wanted: Wanted, values: list[object]) -> str:
    some = ["message.deleted_at IS NULL"]

    def asked(condition: str, value: object) -> None:
        if value is not None:
            values.append(value)
            some.append(f"message.{condition} ${len(values)}")

    asked("room_id =", wanted.room_id)
    asked("author_id =", wanted.author_id)
    asked("created_at >=", as_stored(wanted.since) if wanted.since else None)
    asked("created_at <", as_stored(wanted.until) if wanted.until else None)
    some += [condition for name, condition in _HAS.items() if name in wanted.has]
    if wanted.is_pinned:
        some.append("message.pin_change IS NOT NULL")
    return " AND ".join(some)


_KNOWN = "SELECT number FROM search_number WHERE number IN"
_BEGUN = "SELECT number FROM search_number WHERE number BETWEEN $1 AND $2"
# A common word is found among the newest messages, which are read; the others by the index alone.
_NEWEST = """
SELECT message_id FROM (
    SELECT message_id, terms FROM search_document WHERE message_id > $1 AND message_id <= $2
    ORDER BY message_id DESC OFFSET 0) AS newest
WHERE {} ORDER BY message_id DESC LIMIT {limit:d}
"""
_OLDER = """
WITH hit AS MATERIALIZED (
    SELECT message_id FROM search_document WHERE {} AND message_id > $1 AND message_id <= $2)
SELECT message_id FROM hit ORDER BY message_id DESC LIMIT {limit:d}
"""
_MARKED = "message_id IN (SELECT id FROM message WHERE {} IS NOT NULL AND id > $1 AND id <= $2)"
# A quote within the JSON of the files is escaped, so this is none of their names.
_HAS = {
    "reaction": "message.tallies IS NOT NULL",
    "file": "message.files IS NOT NULL",
    "picture": """message.files LIKE '%"content_type":"image/%'""",
}
_FOUND = f"""
SELECT message.id, {READ} AS is_read, here.from_number, room.floor, {COLUMNS}
FROM {{source}}
JOIN membership AS here ON here.room_id = message.room_id AND here.user_id = $1
JOIN room ON room.id = message.room_id
JOIN user_account ON user_account.id = message.author_id
WHERE message.id > $2 AND message.id <= $3 AND here.request = ''
  AND message.number >= here.from_number AND message.number > room.floor
  AND {{where}}
  AND NOT EXISTS (SELECT 1 FROM block
                  WHERE block.user_id = $1 AND block.blocked_id = message.author_id)
ORDER BY {{order}} DESC LIMIT {{limit:d}}
"""
