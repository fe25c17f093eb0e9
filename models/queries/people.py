"""Finding people, and what is called something, by the beginning of a name."""

from msgspec import Struct

from models.database import storable
from models.names import username_key
from models.sql.fast_path import scan
from models.user import User

LONGEST = User.DISPLAY_NAME_MAX


class PersonRow(Struct, frozen=True):
    """Somebody's names; `display_name` is "" for none."""

    id: int
    username: str
    display_name: str


async def search_people(text: str, but: int, limit: int) -> list[PersonRow]:
    """Up to `limit` people whose name, or a word of whose display name, begins like this, without
    the user `but`. Nobody for no text.
    """
    patterns = like_patterns(text)
    if not patterns:
        return []
    key = _beginning(username_key(_asked(text)))
    where = like_condition("display_name", patterns, first=3)
    sql = (
        "SELECT id, username, display_name FROM user_account"
        f" WHERE id <> $1 AND state <> 'deleted' AND (username_key LIKE $2 ESCAPE '!' OR {where})"
        " ORDER BY CASE WHEN username_key LIKE $2 ESCAPE '!' THEN 0 ELSE 1 END, username_key"
        f" LIMIT {limit}"
    )
    return [PersonRow(*row) for row in await scan(sql, but, key, *patterns)]


def like_patterns(text: str) -> list[str]:
    """Patterns for names that begin like this, or a word of which does. [] for no text."""
    # Names are kept as they were typed, and SQLite knows upper and lower case of ASCII alone: asked
    # for are the ways in which people write names.
    text = _asked(text)
    if not text or not storable(text):
        return []
    ways = dict.fromkeys((text, text.lower(), text.title(), text.upper()))
    return [pattern for way in ways for pattern in (_beginning(way), f"% {_beginning(way)}")]


def like_condition(column: str, patterns: list[str], first: int) -> str:
    """The SQL condition; the patterns are the values from $`first` on."""
    numbers = range(first, first + len(patterns))
    return " OR ".join(f"{column} LIKE ${number} ESCAPE '!'" for number in numbers)


def _asked(text: str) -> str:
    return text.strip().removeprefix("@")[:LONGEST]


def _beginning(text: str) -> str:
    for sign in "!%_":
        text = text.replace(sign, f"!{sign}")
    return f"{text}%"
