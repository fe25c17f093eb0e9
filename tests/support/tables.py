"""The models in the tests' own process, on a database of theirs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.context import TortoiseContext

from config import Settings, tortoise_config
from models import Membership, User
from models.direct import close_direct, open_direct


@asynccontextmanager
async def opened(database_url: str) -> AsyncIterator[None]:
    """Open the database for this block; call it in the test itself, never in a fixture: the
    connection belongs to the context of the task.
    """
    # Tortoise keeps the SQL it has made by the connection's name, which is the same for both kinds.
    EXECUTOR_CACHE.clear()
    async with TortoiseContext() as context:
        await context.init(config=tortoise_config(Settings(database_url=database_url)))
        open_direct()
        try:
            yield
        finally:
            close_direct()


async def people(*names: str) -> list[User]:
    """Store users who cannot log in: no time is spent on their passwords."""
    return [
        await User.create(username=name, username_key=name, password_hash="none") for name in names
    ]


async def room_of(*members: User) -> int:
    """Store a room of these users; return its id."""
    owner, *others = members
    room = await Membership.found_room("Room", owner.id, {one.id for one in others})
    return int(room.id)
