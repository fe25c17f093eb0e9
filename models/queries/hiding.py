"""Who wants to be seen by nobody."""

from collections.abc import Collection

from models.sql.fast_path import fetch_rows, look_up


async def hiding(user_ids: Collection[int]) -> set[int]:
    """Those of these users who hide."""
    if len(user_ids) == 1:
        (user_id,) = user_ids
        return {found for (found,) in await look_up(_HIDES, user_id)}
    # They are few, and have an index: those who are online may be thousands.
    return {found for (found,) in await fetch_rows(_ALL)}.intersection(user_ids)


_ALL = "SELECT id FROM user_account WHERE presence_choice = 'hidden'"
_HIDES = f"{_ALL} AND id = $1"
