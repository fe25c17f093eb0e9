"""What the two of a direct conversation are not to learn of each other."""

from tortoise.backends.base.client import BaseDBAsyncClient

from models.database import fetch
from models.sql.fast_path import Rows, look_up


async def private_members(room_id: int) -> frozenset[int]:
    """Of a direct conversation: those whose presence, typing and reading the other one is not to
    learn. Who has not accepted it, and both when one has blocked the other.
    """
    return _private(await look_up(_STANDING, room_id))


async def private_members_within(connection: BaseDBAsyncClient, room_id: int) -> frozenset[int]:
    """The same within a transaction."""
    return _private(await fetch(_STANDING, room_id, connection=connection))


def _private(rows: Rows) -> frozenset[int]:
    if any(is_blocked for _, _, is_blocked in rows):
        return frozenset(user_id for user_id, _, _ in rows)
    return frozenset(user_id for user_id, request, _ in rows if request)


_STANDING = "SELECT user_id, request, is_blocked FROM membership WHERE room_id = $1"
