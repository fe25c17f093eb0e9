"""How people are shown, for many at once."""

from collections.abc import Collection

from models.database import fetch
from models.sql.fast_path import look_up
from models.sql.values import marks, padded


async def display_names_of(user_ids: list[int]) -> dict[int, str]:
    """The display name, "" for none, of each of these users who exists."""
    ids = padded(user_ids)
    sql = f"SELECT id, display_name FROM user_account WHERE id IN ({marks(len(ids))})"
    return dict(await fetch(sql, *ids))


async def names_of(user_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """(username, display name) of each of these users."""
    if not user_ids:
        return {}
    ids = padded(sorted(user_ids))
    sql = f"SELECT id, username, display_name FROM user_account WHERE id IN ({marks(len(ids))})"
    return {user_id: (username, shown) for user_id, username, shown in await look_up(sql, *ids)}
