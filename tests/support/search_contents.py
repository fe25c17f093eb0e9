"""What the index of messages has, and what it has to have."""

from models.database import fetch
from models.search_document import Text, numbers_of
from models.sql.fast_path import is_on_sqlite

_VOCABULARY = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, {}, {})"
_TEXTS = """
SELECT id, room_id, author_id, body, files, created_at FROM message
WHERE body <> '' OR files IS NOT NULL
"""


async def indexed() -> dict[int, set[int]]:
    """The numbers of each message that is in the index."""
    if not is_on_sqlite():
        rows = await fetch("SELECT message_id, terms FROM search_document")
        return {row[0]: set(row[1]) for row in rows}
    await fetch(_VOCABULARY.format("search_index", "instance"))
    found: dict[int, set[int]] = {}
    for term, message in await fetch("SELECT term, doc FROM temp.vocabulary"):
        number = int(term, 16)
        found.setdefault(message, set()).add(number - (number >> 31 << 32))
    return found


async def expected() -> dict[int, set[int]]:
    """Of all messages that there are."""
    rows = await fetch(_TEXTS)
    return {row[0]: set(numbers_of(Text(*row[1:]))) for row in rows}
