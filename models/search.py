"""Finding people by the beginning of a name."""

from typing import Any

from models.database import fetch, storable
from models.user import User, username_key

LONGEST = User.DISPLAY_NAME_MAX


async def people_called(text: str, but: int, limit: int) -> list[dict[str, Any]]:
    """Up to `limit` people whose name, or a word of whose display name, begins like this, without
    the user `but`: id, username, display_name. Nobody for no text.
    """
    text = text.strip().removeprefix("@")[:LONGEST]
    if not text or not storable(text):
        return []
    patterns = [_beginning(username_key(text)), *_in_display_name(text)]
    where = " OR ".join(
        f"{'display_name' if number > 2 else 'username_key'} LIKE ${number} ESCAPE '!'"
        for number in range(2, len(patterns) + 2)
    )
    sql = (
        f"SELECT id, username, display_name FROM user_account WHERE id <> $1 AND ({where})"
        " ORDER BY CASE WHEN username_key LIKE $2 ESCAPE '!' THEN 0 ELSE 1 END, username_key"
        f" LIMIT {limit}"
    )
    return await fetch(sql, but, *patterns)


def _in_display_name(text: str) -> list[str]:
    # Display names are kept as they were typed, and SQLite knows upper and lower case of ASCII
    # alone: asked for are the ways in which people write names.
    ways = dict.fromkeys((text, text.lower(), text.title(), text.upper()))
    return [pattern for way in ways for pattern in (_beginning(way), f"% {_beginning(way)}")]


def _beginning(text: str) -> str:
    for sign in "!%_":
        text = text.replace(sign, f"!{sign}")
    return f"{text}%"
