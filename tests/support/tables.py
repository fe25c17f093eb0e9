"""The models in the tests' own process, on a database of theirs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.context import TortoiseContext

from config import Settings, tortoise_config
from models import User
from models.new_room import make_room
from models.sql.fast_path import close_fast_path, open_fast_path


@asynccontextmanager
async def opened(database_url: str) -> AsyncIterator[None]:
    """Open the database for this block; call it in the test itself, never in a fixture: the
    connection belongs to the context of the task.
    """
    # Tortoise keeps the SQL it has made by the connection's name, which is the same for both kinds.
    EXECUTOR_CACHE.clear()
    async with TortoiseContext() as context:
        await context.init(config=tortoise_config(Settings(database_url=database_url)))
        open_fast_path()
        try:
            yield
        finally:
            close_fast_path()


async def people(*names: str) -> list[User]:
    """Store users who cannot log in: no time is spent on their passwords."""
    return [
        await User.create(username=name, username_key=name, password_hash="none") for name in names
    ]


async def room_of(*members: User) -> int:
    """Store a room of these users; return its id."""
    owner, *others = members
    room = await make_room("Room", owner, others, most=1_000)
    return int(room.id)
