"""Whether a database is as it should be: one query for each thing that must not be."""

from collections.abc import Iterator

from msgspec import Struct

from commands.keeping.facts import FileFacts
from commands.keeping.files import bucket_of, of_messages
from commands.keeping.opening import file_keys, opened
from commands.keeping.postgres_source import PostgresSource
from commands.keeping.progress import progress
from commands.keeping.sqlite_source import SqliteSource
from config import Settings
from services.storage import Storage, open_storage

# At most so many of one kind are shown.
SHOWN = 5


class Check(Struct, frozen=True):
    """A query for what is wrong: each row a line, by the sentence."""

    name: str
    sentence: str
    sql: str


_GONE = "number > (SELECT floor FROM room WHERE room.id = {0}.room_id)"
_NO_MESSAGE = (
    "NOT EXISTS (SELECT 1 FROM message WHERE message.room_id = {0}.room_id"
    " AND message.number = {0}.number)"
)


def _about_messages(table: str) -> Check:
    return Check(
        f"{table}s are of messages that are there",
        f"{table} {{}} is of message {{}} in room {{}}, which is not there",
        f"SELECT id, number, room_id FROM {table} WHERE number IS NOT NULL"  # noqa: S608
        f" AND {_GONE.format(table)} AND {_NO_MESSAGE.format(table)}",
    )


CHECKS = (
    Check(
        "messages are numbered without gaps",
        "room {}: the last message is {}, up to {} they have expired, and {} are there",
        """
SELECT room.id, room.revision, room.floor, COUNT(message.id) AS there FROM room
LEFT JOIN message ON message.room_id = room.id AND message.number > room.floor
GROUP BY room.id HAVING COUNT(message.id) <> room.revision - room.floor
    OR COALESCE(MAX(message.number), room.floor) <> room.revision
""",
    ),
    Check(
        "changes are numbered without gaps",
        "room {}: its change is {}, and {} are there, up to {}",
        """
SELECT room.id, room.change, COUNT(*) AS there, MAX(made.change) AS latest FROM room JOIN (
    SELECT room_id, change FROM room_change
    UNION ALL SELECT room_id, COALESCE(made_change, change) FROM message
) AS made ON made.room_id = room.id
GROUP BY room.id HAVING MAX(made.change) <> room.change
    OR (room.floor = 0 AND COUNT(*) <> room.change)
""",
    ),
    Check(
        "read marks are within their rooms",
        "membership {}: read up to {} in room {}, whose last message is {}",
        """
SELECT membership.id, membership.last_read, room.id AS room, room.revision FROM membership
JOIN room ON room.id = membership.room_id WHERE membership.last_read > room.revision
""",
    ),
    *map(_about_messages, ("reaction", "mention", "file", "message_version")),
)
_FOREIGN = Check(
    "rows refer to rows that are there",
    "table {}: row {} refers to table {}, where that is not",
    'SELECT "table", rowid, parent FROM pragma_foreign_key_check',
)
_PAGES = Check(
    "the pages of the file are whole",
    "{}",
    "SELECT integrity_check FROM pragma_integrity_check(5) WHERE integrity_check <> 'ok'",
)
_SEARCH = """
SELECT message.id, message.number, message.room_id FROM message
JOIN search_progress ON search_progress.room_id = message.room_id
WHERE message.number <= search_progress.number AND message.body <> ''
  AND message.deleted_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM search_stale WHERE message_id = message.id)
  AND NOT EXISTS (SELECT 1 FROM {0} WHERE {0}.{1} = message.id)
"""


def _search(table: str, column: str) -> Check:
    return Check(
        "messages that were indexed can be found",
        "message {} (number {} in room {}) is not in the index: search rebuild",
        _SEARCH.format(table, column),
    )


def checks_of(source: SqliteSource | PostgresSource) -> list[Check]:
    """Those for this kind of database: PostgreSQL holds its references itself."""
    if isinstance(source, SqliteSource):
        return [*CHECKS, _search("search_index_docsize", "id"), _FOREIGN, _PAGES]
    return [*CHECKS, _search("search_document", "message_id")]


async def check_database(settings: Settings) -> Iterator[tuple[str, list[str]]]:
    """Each thing that was looked at, and what is wrong with it."""
    found: list[tuple[str, list[str]]] = []
    async with opened(settings.database_url) as source:
        checks = checks_of(source)
        with progress("checking", [len(checks)]) as step:
            for check in checks:
                rows = await source.ask(check.sql)
                found.append((check.name, [check.sentence.format(*row) for row in rows]))
                step(1)
        rows = await source.ask(
            "SELECT storage_key, size, has_thumbnail FROM file WHERE is_complete"
        )
        pictures = await source.ask("SELECT picture FROM room WHERE picture <> ''")
    facts = [FileFacts(str(key), int(str(size)), bool(small)) for key, size, small in rows]
    facts += [FileFacts(str(key), None, has_thumbnail=True) for (key,) in pictures]
    storage = open_storage(settings.files_url)
    name = f"files are in {bucket_of(settings) or settings.files_url}"
    problems = await _files(settings, storage, facts)
    if problems:  # What was deleted since the database was read is no problem.
        still = await file_keys(settings.database_url)
        problems = [(key, problem) for key, problem in problems if key in still]
    return iter([*found, (name, [problem for _, problem in problems])])


async def _files(
    settings: Settings, storage: Storage, facts: list[FileFacts]
) -> list[tuple[str, str]]:
    """What is wrong with each: its key, and the words."""
    sizes = {each.key: each.size for each in facts}
    problems = []
    with progress("files", [len(facts)]) as step:
        for key, path, _ in of_messages(settings, facts):
            name = path.rpartition("/")[2]
            size = await storage.size(name)
            if size is None:
                problems.append((key, f"{name} is not there"))
            elif name == key and sizes[key] not in (None, size):
                problems.append((key, f"{name} has {size} bytes, not {sizes[key]}"))
            step(int(name == key))
    return problems
