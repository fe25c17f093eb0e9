"""Locks of people's rows until commit: what is counted under one stays true until it is stored."""

from tortoise.backends.base.client import BaseDBAsyncClient

from models.database import fetch, is_sqlite
from models.sql.values import marks


async def lock_users(ids: set[int], connection: BaseDBAsyncClient) -> None:
    """Lock these people, before any room and in ascending order: so nobody deadlocks. Their
    messages are stored meanwhile: a row that refers to a person takes no notice of this lock.
    """
    asked = sorted(ids)
    which = marks(len(asked))
    if is_sqlite(connection):
        # As in Room.lock: the first statement has to be a write.
        sql = f"UPDATE user_account SET id = id WHERE id IN ({which}) RETURNING id"
    else:
        sql = f"SELECT id FROM user_account WHERE id IN ({which}) ORDER BY id FOR NO KEY UPDATE"
    await fetch(sql, *asked, connection=connection)
