"""`quart --app app search rebuild`: makes the index of messages anew, while Beseda serves."""

import asyncio
from typing import Protocol

import click
from tortoise.config import TortoiseConfig

from config import BadSetting, Settings, tortoise_config
from models.database import DatabaseUnusable, close_database, open_database
from models.search_index import (
    begin_anew,
    documents,
    how_far,
    index_room,
    next_texts,
    rooms_behind,
)

# Messages in one transaction: 20 ms, for which who writes on SQLite waits.
PART = 200
ROOMS = 100


class _Bar(Protocol):
    def update(self, n_steps: int) -> None: ...


@click.group("search")
def search() -> None:
    """The index in which messages are found."""


@search.command("rebuild")
@click.option("--resume", is_flag=True, help="Go on where the index ends, instead of emptying it.")
def rebuild(resume: bool) -> None:
    """Index all messages anew. People search meanwhile, and find what is indexed by then.

    It may be stopped at any time: the servers index the rest by themselves.
    """
    asyncio.run(rebuild_index(tortoise_config(Settings.from_environment()), resume=resume))


async def rebuild_index(config: TortoiseConfig, *, resume: bool) -> None:
    """Index all messages of this database, with a progress bar."""
    try:
        await open_database(config)
    except DatabaseUnusable as problem:
        raise BadSetting("DATABASE_URL", str(problem)) from None
    try:
        await begin_anew(only_if_old=resume)
        done, whole = await how_far()
        with click.progressbar(length=whole, label="messages", show_pos=True) as bar:
            bar.update(done)
            await _index_all(bar)
        click.echo("every message can be found")
    finally:
        await close_database()


async def _index_all(bar: _Bar) -> None:
    while rooms := await rooms_behind(ROOMS):
        for room_id in rooms:
            has_more = True
            while has_more:
                texts = await next_texts(room_id, PART)
                done = await index_room(room_id, documents(texts), PART)
                bar.update(done.messages if done else 0)
                has_more = done is not None and done.has_more
